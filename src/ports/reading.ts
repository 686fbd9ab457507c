/** Location in a user's file: the object's address and ETag, and a position in it. */
export interface ByteLocation {
  readonly uri: string;
  readonly etag: string;
  /** The byte offset of a line; for parquet, the first row of a row group. */
  readonly at: number;
}

/** The position of data that describes the whole file, such as a parquet footer. */
export const wholeFile = -1;

/** The unpacked size of a part, in bytes. The reader's time and memory limits are derived from it. */
export interface Expects {
  readonly bytes: number;
}

/**
 * Users' files can be damaged or hostile, so a separate process reads them. The reader reports its location before
 * each part that may be costly: if it dies there, the next reader skips that part and checks the rest.
 */
export interface Reading {
  /** Reports the reader's location before a part that may take a lot of time or memory. */
  readonly at: (place: ByteLocation, expects?: Expects) => void;
  /** Reports progress within a part, so that a reader of a large file is not considered hung. */
  readonly moved: () => void;
  /** Why a part must not be read again, or undefined if it may be read. */
  readonly refused: (place: ByteLocation) => string | undefined;
}

/** For reads in this process, which no other process monitors: it refuses nothing. */
export const unwatched: Reading = {
  at: () => undefined,
  moved: () => undefined,
  refused: () => undefined,
};
