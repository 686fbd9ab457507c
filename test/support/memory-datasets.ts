import { createHash } from 'node:crypto';
import { OpsError } from '../../src/errors.ts';
import type { DataRange, Datasets, StoredObject } from '../../src/ports/datasets.ts';

interface Stored {
  readonly bytes: Uint8Array;
  readonly etag: string;
}

/** In-memory data sets that follow the port's contract: ETags pin versions, ranges are clipped, chunks are small. */
export class MemoryDatasets implements Datasets {
  readonly stored = new Map<string, Stored>();
  /** The chunk size of streams. */
  chunkBytes = 64 * 1024;
  /** If set, thrown on the first read. */
  trouble: OpsError | undefined;

  put(uri: string, body: string | Uint8Array): void {
    const bytes = typeof body === 'string' ? Buffer.from(body) : body;
    this.stored.set(uri, { bytes, etag: `"${createHash('md5').update(bytes).digest('hex')}"` });
  }

  async objects(uri: StoredObject['uri']): Promise<readonly StoredObject[]> {
    const exact = this.stored.get(uri);
    const found =
      exact === undefined ? [...this.stored].filter(([key]) => key.startsWith(uri)) : [[uri, exact] as const];
    return found
      .filter(([key]) => !key.endsWith('/'))
      .map(([key, { bytes, etag }]) => ({
        // Only URIs of this form are put here.
        uri: key as StoredObject['uri'],
        key: key.slice(key.indexOf('/', 5) + 1),
        size: bytes.length,
        etag,
      }))
      .toSorted((one, other) => (one.key < other.key ? -1 : 1));
  }

  async *open(object: StoredObject, range?: DataRange): AsyncGenerator<Uint8Array> {
    if (this.trouble !== undefined) throw this.trouble;
    const stored = this.stored.get(object.uri);
    if (stored === undefined || stored.etag !== object.etag) throw new OpsError('data-changed', object.key);
    const { start = 0, length = object.size } = range ?? {};
    const end = Math.min(start + length, stored.bytes.length);
    for (let at = start; at < end; at += this.chunkBytes)
      yield stored.bytes.subarray(at, Math.min(at + this.chunkBytes, end));
  }
}
