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

/** How many files of a copy were found to be the same as their source, by the strongest that both sides have. */
export interface Compared {
  /** By one of S3's own checksums. */
  readonly checksum: number;
  readonly etag: number;
  /** By nothing but the size: neither side's etag tells of the content, and no checksum is on both. */
  readonly size: number;
}

export interface StagedCopy {
  readonly files: number;
  readonly bytes: number;
  /** Absent where nothing was compared now. */
  readonly compared?: Compared;
}

/** A file that stands in a copy with other bytes than in its source. */
export interface Edit {
  /** Path below the folder. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Reads checkpoint folders in S3. */
export interface Checkpoints {
  /** Names of the folders right below `uri`, by delimiter; never walks what is inside them. */
  readonly folders: (uri: S3Uri) => Promise<readonly string[]>;
  /** Files right in `uri`, by delimiter: those that stand beside the folders. */
  readonly filesBeside: (uri: S3Uri) => Promise<readonly StoredFile[]>;
  readonly files: (folder: S3Uri) => Promise<readonly StoredFile[]>;
  /** Names below `folder` whose multipart upload is not finished. */
  readonly uploadsInFlight: (folder: S3Uri) => Promise<readonly string[]>;
  /** Throws `checkpoint-changed` when the object is no longer the one with this etag. */
  readonly read: (folder: S3Uri, file: StoredFile, range: ByteRange) => Promise<Uint8Array>;
  /**
   * Grades a checkpoint in another process, which may die of what it reads; absent: it is graded in this one. What is
   * asked and answered is defined where checkpoints are graded.
   */
  readonly grade?: (question: object) => Promise<unknown>;
  /** Set in a process that reads files of users for another one. */
  readonly reading?: Reading;
}

/** How a staged copy is made from its source. */
export interface StagedFiles {
  /** Files whose bytes in the copy differ from those in the source. */
  readonly edits?: readonly Edit[];
  /**
   * The files as they were approved: exactly these are copied, and a file that an earlier run has copied stays good
   * when its source changes. Throws `basis-changed` when one is still to be copied and no longer the same.
   */
  readonly frozen?: readonly FrozenFile[] | undefined;
}

/** Checkpoint folders in S3, with the writes that only an approved change may make. */
export interface CheckpointCopies extends Checkpoints {
  /** Puts one small file into a fresh folder of a copy; repeatable; throws `staging-incomplete` if a different file is there. */
  readonly place: (folder: S3Uri, file: Edit, token: Token) => Promise<void>;
  /** Server-side copy of a folder into another, but for the edits; repeatable; compares sizes and checksums at the end. */
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
