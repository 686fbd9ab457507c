import type { S3Uri } from './basics.ts';
import type { Reading } from './reading.ts';
import type { Token } from './token.ts';

/** One object of a data set, as a list call returns it. */
export interface StoredObject {
  readonly uri: S3Uri;
  /** The full key: shown to people, and used to sort objects. */
  readonly key: string;
  /** In bytes. */
  readonly size: number;
  readonly etag: string;
}

/** At most `length` bytes from `start`; clipped at the end of the object. */
export interface DataRange {
  readonly start: number;
  readonly length: number;
}

/**
 * Training data in S3. Permission, throttling and network errors are thrown as `OpsError`s with their own codes and
 * never count as findings about the data.
 *
 * @example for (const object of await datasets.objects('s3://bucket/train/')) total += object.size
 */
export interface Datasets {
  /**
   * The objects that SageMaker would read at this address: the object with exactly this key, or else every object with
   * this key prefix, sorted by key. Empty if there are none. Folder placeholder objects are left out.
   * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_S3DataSource.html
   */
  readonly objects: (uri: S3Uri) => Promise<readonly StoredObject[]>;
  /**
   * Streams the stored bytes of this version of the object, without decompressing them. Resumes a broken stream where it
   * broke. Throws `data-changed` if the object no longer has this etag.
   */
  readonly open: (object: StoredObject, range?: DataRange) => AsyncIterable<Uint8Array>;
  /** Set in a process that reads users' files on behalf of another. */
  readonly reading?: Reading;
}

/** Reads objects, but cannot list them. */
export type DataBytes = Pick<Datasets, 'open' | 'reading'>;

/** An object as it was written. */
export interface WrittenObject {
  /** In bytes. */
  readonly size: number;
  /** SHA-256 of its bytes, hexadecimal. */
  readonly sha256: string;
}

/** Writes fixed copies of training data. Nothing is ever overwritten or deleted. */
export interface FixedData {
  /**
   * Streams a new object to S3. If the object exists, it must have the same bytes, because an earlier run of the same
   * attempt wrote it; otherwise throws `fix-taken`.
   * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
   */
  readonly put: (uri: S3Uri, chunks: AsyncIterable<Uint8Array>) => Promise<WrittenObject>;
}

/** Writes changed copies of source archives. Nothing is ever overwritten or deleted. */
export interface SourceArchives {
  /**
   * Like `put` of `FixedData`. Throws `not-approved` unless the approved request launches a job with this archive.
   */
  readonly place: (uri: S3Uri, chunks: AsyncIterable<Uint8Array>, token: Token) => Promise<void>;
}
