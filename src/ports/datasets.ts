import type { S3Uri } from './basics.ts';
import type { Reading } from './reading.ts';

/** One object of a data set, as a listing tells it. */
export interface StoredObject {
  readonly uri: S3Uri;
  /** Its whole key: what people read and what orders objects. */
  readonly key: string;
  readonly size: number;
  readonly etag: string;
}

/** From `start`, at most `length` bytes; clipped at the end of the object. */
export interface DataRange {
  readonly start: number;
  readonly length: number;
}

/**
 * Training data in S3. Permission, throttling and network errors are thrown as `OpsError`s of their own codes and are
 * never findings on the data.
 */
export interface Datasets {
  /**
   * What SageMaker would read at this address: the object of exactly this name, or else every object whose key begins
   * with it; ordered by key. Empty when there is nothing. Objects that only stand for a folder are left out.
   */
  readonly objects: (uri: S3Uri) => Promise<readonly StoredObject[]>;
  /**
   * The bytes of this version of the object, streamed as they are stored (not decompressed). A broken stream goes on
   * where it broke. Throws `data-changed` when the object is no longer the one with this etag.
   */
  readonly open: (object: StoredObject, range?: DataRange) => AsyncIterable<Uint8Array>;
  /** Set in a process that reads files of users for another one. */
  readonly reading?: Reading;
}

/** What it takes to read the data, without listing it. */
export type DataBytes = Pick<Datasets, 'open' | 'reading'>;

/** An object as it was written. */
export interface WrittenObject {
  readonly size: number;
  /** SHA-256 of its bytes, hexadecimal. */
  readonly sha256: string;
}

/** Writes fixed copies of training data. Nothing is ever overwritten or deleted. */
export interface FixedData {
  /**
   * Writes a new object as its bytes come. Where one stands already, it must have the same bytes, as an earlier run of
   * the same try wrote them: then all is well. Throws `fix-taken` when it has others.
   */
  readonly put: (uri: S3Uri, chunks: AsyncIterable<Uint8Array>) => Promise<WrittenObject>;
}
