import { OpsError } from '../../errors.ts';
import type { Checkpoints, S3Uri, StoredFile } from '../../ports/ports.ts';
import { type ByteLocation, wholeFile } from '../../ports/reading.ts';

/** The maximum number of bytes read from one checkpoint file, whatever its headers claim. */
export const readLimit = 1024 * 1024;

/** The S3 reads that checking checkpoints has cost. */
export class ReadCost {
  bytes = 0;
  requests = 0;
}

/** A file in S3 that returns ranges until its read budget is used up. Each file is opened once per check. */
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

  /** The bytes from `start`, clipped at the end of the file. Undefined if they exceed the read limit. */
  async range(start: number, length: number): Promise<Uint8Array | undefined> {
    const wanted = Math.min(length, this.size - start);
    if (wanted <= 0) return new Uint8Array();
    if (wanted > this.#left) return undefined;
    this.#left -= wanted;
    const bytes = await this.#read(start, wanted);
    if (bytes.length === wanted) return bytes;
    throw new OpsError(
      'checkpoint-changed',
      `${this.name}: S3 sent ${bytes.length} bytes instead of ${wanted}`,
    );
  }

  async last(length: number): Promise<Uint8Array | undefined> {
    return this.range(Math.max(0, this.size - length), length);
  }

  /** The whole file, or undefined if it exceeds the read limit. */
  async whole(): Promise<Uint8Array | undefined> {
    return this.range(0, this.size);
  }
}

/** A file is read in a few ranges, so its location is the whole file. */
export function locationOf(folder: S3Uri, { name, etag }: StoredFile): ByteLocation {
  return { uri: `${folder}${name}`, etag, at: wholeFile };
}

/** Every read carries the etag from the listing, so all ranges belong to one version of the file. */
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
    // The caller parses these bytes next.
    checkpoints.reading?.at(locationOf(folder, file));
    return bytes;
  });
}
