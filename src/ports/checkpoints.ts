import type { S3Uri } from './basics.ts';
import type { FrozenFile } from './basis.ts';
import type { Reading } from './reading.ts';
import type { Token } from './token.ts';

export interface StoredFile {
  /** Path below the folder, e.g. `model.safetensors`. */
  readonly name: string;
  readonly size: number;
  readonly modifiedAt: number;
  readonly etag: string;
}

/** One range of an object: from `start`, or the last `last` bytes. */
export type ByteRange = { readonly start: number; readonly length: number } | { readonly last: number };

/** How many files of a copy matched their source, by the strongest evidence available on both sides. */
export interface Compared {
  /** By one of S3's own checksums. */
  readonly checksum: number;
  readonly etag: number;
  /** By size only: the etags are not content hashes, and no checksum exists on both sides. */
  readonly size: number;
}

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

/** Reads checkpoint folders in S3. */
export interface Checkpoints {
  /** Names of the folders directly below `uri`. Listed by delimiter, so their contents are never read. */
  readonly folders: (uri: S3Uri) => Promise<readonly string[]>;
  /** Files directly in `uri`, without those inside its folders. */
  readonly filesBeside: (uri: S3Uri) => Promise<readonly StoredFile[]>;
  readonly files: (folder: S3Uri) => Promise<readonly StoredFile[]>;
  /** Names below `folder` with an unfinished multipart upload. */
  readonly uploadsInFlight: (folder: S3Uri) => Promise<readonly string[]>;
  /** Throws `checkpoint-changed` if the object no longer has this etag. */
  readonly read: (folder: S3Uri, file: StoredFile, range: ByteRange) => Promise<Uint8Array>;
  /**
   * Grades a checkpoint in another process, which may crash on what it reads; absent: grades in this process. The types
   * of question and result are defined in `checkpoints/grading`.
   */
  readonly grade?: (question: object) => Promise<unknown>;
  /** Set in a process that reads users' files on behalf of another. */
  readonly reading?: Reading;
}

/** How a staged copy is made from its source. */
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
  /** Puts one small file into a fresh folder of a copy; repeatable; throws `staging-incomplete` if a different file is there. */
  readonly place: (folder: S3Uri, file: Edit, token: Token) => Promise<void>;
  /** Server-side copy of a folder, except for the edits; repeatable; compares sizes and checksums at the end. */
  readonly stage: (from: S3Uri, to: S3Uri, token: Token, copied?: StagedFiles) => Promise<StagedCopy>;
}

/** Checkpoints that killed a job when it loaded them: never offered again, in any incident. */
export interface BlockedCheckpoints {
  /** The blocked ones among these, each with the reason. */
  readonly among: (checkpoints: readonly S3Uri[]) => Promise<ReadonlyMap<S3Uri, string>>;
}

export interface Blocklist extends BlockedCheckpoints {
  /** Repeatable; the first reason stays. */
  readonly add: (checkpoint: S3Uri, why: string) => Promise<void>;
}
