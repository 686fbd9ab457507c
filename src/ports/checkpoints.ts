import type { JsonObject, S3Uri, TimeLimit } from './basics.ts';
import type { FrozenFile } from './basis.ts';
import type { Reading } from './reading.ts';
import type { Token } from './token.ts';

/** A file of a checkpoint folder, as ListObjectsV2 returns it. */
export interface StoredFile {
  /** Path below the folder, e.g. `model.safetensors`. */
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  /** LastModified, in milliseconds since the epoch: S3 sets it when the upload completes. */
  readonly modifiedAt: number;
  readonly etag: string;
}

/** A byte range of an object: `length` bytes from `start`, or the last `last` bytes. */
export type ByteRange = { readonly start: number; readonly length: number } | { readonly last: number };

/**
 * How many files of a copy matched their source, by the strongest evidence that both have.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
 */
export interface Compared {
  /** By one of S3's own checksums. */
  readonly checksum: number;
  /** By ETag, where it is the MD5 of the content. */
  readonly etag: number;
  /** By size only: the ETags are not content hashes, and the two have no checksum in common. */
  readonly size: number;
}

/** A finished copy of a checkpoint: number of files, and their total size in bytes. */
export interface StagedCopy {
  readonly files: number;
  readonly bytes: number;
  /** Absent if nothing was compared. */
  readonly compared?: Compared;
}

/** A file whose bytes in the copy differ from those in the source. */
export interface Edit {
  /** Path below the folder. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/**
 * Reads checkpoint folders in S3. Every address is a folder and ends with `/`.
 *
 * @example const files = await checkpoints.files('s3://bucket/job-1/checkpoint-1300/')
 */
export interface Checkpoints {
  /** Names of the folders directly below `uri`. Listed by delimiter, so their contents are never read. */
  readonly folders: (uri: S3Uri) => Promise<readonly string[]>;
  /** Files directly in `uri`, without those inside its folders. */
  readonly filesBeside: (uri: S3Uri) => Promise<readonly StoredFile[]>;
  /** All files below the folder, at any depth. Empty if there are none. */
  readonly files: (folder: S3Uri) => Promise<readonly StoredFile[]>;
  /**
   * Names below `folder` with an unfinished multipart upload, which no list of objects contains.
   * https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListMultipartUploads.html
   */
  readonly uploadsInFlight: (folder: S3Uri) => Promise<readonly string[]>;
  /** Reads one range; clipped at the end of the object. Throws `checkpoint-changed` if the ETag is no longer the same. */
  readonly read: (folder: S3Uri, file: StoredFile, range: ByteRange) => Promise<Uint8Array>;
  /**
   * Grades a checkpoint in another process, which may crash on what it reads; absent: grades in this process. The types
   * of question and result are defined in `checkpoints/grading`.
   */
  readonly grade?: (question: object) => Promise<unknown>;
  /** Set in a process that reads users' files on behalf of another. */
  readonly reading?: Reading;
}

/** Options for a staged copy. */
export interface StagedFiles {
  /** Files whose bytes in the copy differ from those in the source. */
  readonly edits?: readonly Edit[];
  /**
   * The approved versions of the files: only these are copied. A file that an earlier run copied stays valid when its
   * source changes. Throws `basis-changed` if a file that is not copied yet has changed.
   */
  readonly frozen?: readonly FrozenFile[] | undefined;
}

/** Checkpoint folders in S3, with the writes that only an approved change may make. */
export interface CheckpointCopies extends Checkpoints {
  /**
   * Puts one small file into the fresh folder of a copy. Repeatable. Throws `staging-incomplete` if a different file is
   * there, and `not-approved` outside the checkpoint folder of the approved request.
   */
  readonly place: (folder: S3Uri, file: Edit, token: Token) => Promise<void>;
  /**
   * Copies a folder within S3, except for the edits. Repeatable. Compares sizes and checksums at the end and throws
   * `staging-incomplete` if they differ. Throws `no-checkpoint` if the source is empty, and `not-approved` like `place`.
   * https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
   */
  readonly stage: (from: S3Uri, to: S3Uri, token: Token, copied?: StagedFiles) => Promise<StagedCopy>;
}

/** A checkpoint on the blocklist. */
export interface Block {
  readonly checkpoint: S3Uri;
  readonly why: string;
  /** Fingerprint of the image and the script that failed on it; absent in blocks of earlier versions. */
  readonly code?: string;
  readonly incident?: string;
  /** The people who approved it. */
  readonly by?: readonly string[];
  /** When it was blocked, in milliseconds since the epoch. */
  readonly at?: number;
}

/**
 * The blocklist of checkpoints that crashed a job when it loaded them: they are not offered again, in any incident.
 * Relight keeps it in Redis.
 */
export interface BlockedCheckpoints {
  /**
   * The blocked ones among these, each with the reason. `code` is the fingerprint of the job that would resume: blocks
   * that were made for another image or script have expired.
   */
  readonly among: (checkpoints: readonly S3Uri[], code: string) => Promise<ReadonlyMap<S3Uri, string>>;
}

/** The blocklist, with the write that only an approved change may make. */
export interface Blocklist extends BlockedCheckpoints {
  /** Blocks the checkpoints of the approved request. Repeatable. Throws `not-approved` for any other request. */
  readonly block: (request: JsonObject, token: Token) => Promise<void>;
}

/** The blocklist as people see it in Slack, where they can undo a block. */
export interface BlocklistDesk {
  readonly list: () => Promise<readonly Block[]>;
  /** False if it was not blocked. Throws `too-late`. */
  readonly unblock: (checkpoint: S3Uri, limit: TimeLimit) => Promise<boolean>;
}

/** Where people said that a job keeps its checkpoints, if Relight did not find them. */
export interface CheckpointFolders {
  readonly of: (job: string) => Promise<S3Uri | undefined>;
}
