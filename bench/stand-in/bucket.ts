import type { Readable } from 'node:stream';

/** An object whose bytes are generated or read on demand, so that it may be larger than the disk. */
export interface Stored {
  readonly size: number;
  readonly read: (start: number, length: number) => Uint8Array | Readable;
}

export interface Bucket {
  /** All keys, sorted. */
  readonly keys: readonly string[];
  readonly get: (key: string) => Stored | undefined;
}

/** The total size of all objects. */
export function bytesIn(bucket: Bucket): number {
  return bucket.keys.reduce((sum, key) => sum + (bucket.get(key)?.size ?? 0), 0);
}

export function stored(bytes: Uint8Array): Stored {
  return { size: bytes.length, read: (start, length) => bytes.subarray(start, start + length) };
}

/** An object with real bytes at the beginning and end, and zeros in between. */
export function sparse(size: number, begin: Uint8Array, end: Uint8Array = new Uint8Array()): Stored {
  const endsAt = size - end.length;
  return {
    size,
    read: (start, length) => {
      const bytes = Buffer.alloc(Math.max(0, Math.min(length, size - start)));
      if (start < begin.length) bytes.set(begin.subarray(start, start + bytes.length));
      const from = Math.max(0, start - endsAt);
      if (start + bytes.length > endsAt)
        bytes.set(end.subarray(from, start + bytes.length - endsAt), Math.max(0, endsAt - start));
      return bytes;
    },
  };
}

/** A bucket in which every folder has the same files. */
export function foldersOf(folders: readonly string[], files: ReadonlyMap<string, Stored>): Bucket {
  const keys = folders.flatMap((folder) => [...files.keys()].map((name) => `${folder}${name}`)).toSorted();
  const longest = [...folders].toSorted((one, other) => other.length - one.length);
  return {
    keys,
    get: (key) => {
      const folder = longest.find((each) => key.startsWith(each));
      return folder === undefined ? undefined : files.get(key.slice(folder.length));
    },
  };
}
