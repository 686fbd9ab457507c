/** A place in a file of a user: an object and a line, row or byte in it. */
export interface ByteLocation {
  readonly uri: string;
  readonly etag: string;
  /** Of a line its byte offset, of parquet the first row of a row group. */
  readonly at: number;
}

/** The place of what describes the whole file, such as a parquet footer. */
export const wholeFile = -1;

/** How much a part holds when it is unpacked: its limits of time and memory follow from that. */
export interface Expects {
  readonly bytes: number;
}

/**
 * Files of users can be damaged or hostile, so they are read in a process of their own. The reader reports its place
 * before each part that may be costly: if it dies there, the next reader passes that part over and judges the rest.
 */
export interface Reading {
  /** Reports where the reader is, before a part that may take long or much memory. */
  readonly at: (place: ByteLocation, expects?: Expects) => void;
  /** Reports progress inside a part, so that a large file is not taken for one that hangs. */
  readonly moved: () => void;
  /** Why a part must not be read again; undefined if it may be read. */
  readonly refused: (place: ByteLocation) => string | undefined;
}

/** For work in this process: nothing watches it. */
export const unwatched: Reading = {
  at: () => undefined,
  moved: () => undefined,
  refused: () => undefined,
};
