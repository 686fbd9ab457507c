import { OpsError } from '../../errors.ts';
import type { Checkpoints, S3Uri, StoredFile } from '../../ports/ports.ts';
import { type ByteLocation, wholeFile } from '../../ports/reading.ts';

/** So much of one checkpoint file is read from S3 and no more, whatever its headers promise. */
export const readLimit = 1024 * 1024;

/** What looking at checkpoints has cost. */
export class ReadCost {
  bytes = 0;
  requests = 0;
}

/** A file in S3 that hands out ranges until its budget is used up; each file is opened once per view. */
export class RangedFile {
  readonly name: string;
  readonly size: number;
  readonly #read: (start: number, length: number) => Promise<Uint8Array>;
  #left = readLimit;

  constructor(name: string, size: number, read: (start: number, length: number) => Promise<Uint8Array>) {
    this.name = name;
    this.size = size;
    this.#read = read;
  }

  /** The bytes from `start` on, at most to the end of the file; undefined: they are past the limit. */
  async range(start: number, length: number): Promise<Uint8Array | undefined> {
    const asked = Math.min(length, this.size - start);
    if (asked <= 0) return new Uint8Array();
    if (asked > this.#left) return undefined;
    this.#left -= asked;
    const bytes = await this.#read(start, asked);
    if (bytes.length === asked) return bytes;
    throw new OpsError(
      'checkpoint-changed',
      `${this.name}: S3 sent ${bytes.length} bytes instead of ${asked}`,
    );
  }

  async last(length: number): Promise<Uint8Array | undefined> {
    return this.range(Math.max(0, this.size - length), length);
  }

  /** The whole file; undefined: it is larger than the limit. */
  async whole(): Promise<Uint8Array | undefined> {
    return this.range(0, this.size);
  }
}

/** A file is read in a few ranges: its place is the file. */
export function locationOf(folder: S3Uri, { name, etag }: StoredFile): ByteLocation {
  return { uri: `${folder}${name}`, etag, at: wholeFile };
}

/** Every read carries the etag of the listing, so all ranges are of one version of the file. */
export function openFile(
  checkpoints: Checkpoints,
  folder: S3Uri,
  file: StoredFile,
  cost: ReadCost,
): RangedFile {
  return new RangedFile(file.name, file.size, async (start, length) => {
    cost.requests += 1;
    cost.bytes += length;
    const bytes = await checkpoints.read(folder, file, { start, length });
    // Whoever asked parses them next.
    checkpoints.reading?.at(locationOf(folder, file));
    return bytes;
  });
}
