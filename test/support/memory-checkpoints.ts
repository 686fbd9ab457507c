import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { OpsError } from '../../src/errors.ts';
import type {
  ByteRange,
  CheckpointCopies,
  Edit,
  S3Uri,
  StagedCopy,
  StagedFiles,
  StoredFile,
  Token,
} from '../../src/ports/ports.ts';

/** The content of an object: bytes, or a size and a function that generates any range. */
export type Body =
  | Uint8Array
  | { readonly size: number; readonly read: (start: number, length: number) => Uint8Array };

interface Stored {
  readonly body: Body;
  readonly modifiedAt: number;
  readonly etag: string;
}

function sizeOf(body: Body): number {
  return body instanceof Uint8Array ? body.length : body.size;
}

/** An in-memory bucket that follows the port's contract: ETags pin versions, ranges are clipped, bytes read are counted. */
export class MemoryCheckpoints implements CheckpointCopies {
  readonly #objects = new Map<string, Stored>();
  readonly #uploads = new Set<string>();
  /** Bytes read, by URI. */
  readonly bytesRead = new Map<string, number>();
  readonly copies: { readonly from: S3Uri; readonly to: S3Uri }[] = [];

  put(uri: string, body: Body, modifiedAt = 0): void {
    const digest =
      body instanceof Uint8Array ? createHash('md5').update(body).digest('hex') : `sparse-${body.size}`;
    this.#objects.set(uri, { body, modifiedAt, etag: `"${digest}-${modifiedAt}"` });
  }

  putFolder(uri: string, disk: string, modifiedAt = 0): void {
    for (const name of readdirSync(disk))
      this.put(`${uri}${name}`, new Uint8Array(readFileSync(join(disk, name))), modifiedAt);
  }

  remove(uri: string): void {
    if (!this.#objects.delete(uri)) throw new Error(`${uri} does not exist`);
  }

  startUpload(uri: string): void {
    this.#uploads.add(uri);
  }

  bytesOf(uri: string): Uint8Array {
    const body = this.#objects.get(uri)?.body;
    if (!(body instanceof Uint8Array)) throw new Error(`${uri} has no bytes`);
    return body;
  }

  /** Replaces the bytes of an object and keeps its time. */
  change(uri: string, how: (bytes: Uint8Array) => Uint8Array): void {
    this.put(uri, how(this.bytesOf(uri)), this.#objects.get(uri)?.modifiedAt);
  }

  async folders(uri: S3Uri): Promise<readonly string[]> {
    const names = [...this.#objects.keys()]
      .filter((key) => key.startsWith(uri) && key.slice(uri.length).includes('/'))
      .map((key) => key.slice(uri.length).split('/')[0] ?? '');
    return [...new Set(names)].toSorted();
  }

  async filesBeside(uri: S3Uri): Promise<readonly StoredFile[]> {
    return (await this.files(uri)).filter(({ name }) => !name.includes('/'));
  }

  async files(folder: S3Uri): Promise<readonly StoredFile[]> {
    return [...this.#objects]
      .filter(([key]) => key.startsWith(folder))
      .map(([key, { body, modifiedAt, etag }]) => ({
        name: key.slice(folder.length),
        size: sizeOf(body),
        modifiedAt,
        etag,
      }));
  }

  async uploadsInFlight(folder: S3Uri): Promise<readonly string[]> {
    return [...this.#uploads].filter((key) => key.startsWith(folder)).map((key) => key.slice(folder.length));
  }

  async read(folder: S3Uri, file: StoredFile, range: ByteRange): Promise<Uint8Array> {
    const key = `${folder}${file.name}`;
    const stored = this.#objects.get(key);
    if (stored === undefined || stored.etag !== file.etag) throw new OpsError('checkpoint-changed', key);
    const size = sizeOf(stored.body);
    const start = 'last' in range ? Math.max(0, size - range.last) : range.start;
    const length = Math.min('last' in range ? range.last : range.length, size - start);
    this.bytesRead.set(key, (this.bytesRead.get(key) ?? 0) + length);
    return stored.body instanceof Uint8Array
      ? stored.body.slice(start, start + length)
      : stored.body.read(start, length);
  }

  async place(folder: S3Uri, { name, bytes }: Edit): Promise<void> {
    this.put(`${folder}${name}`, bytes);
  }

  async stage(
    from: S3Uri,
    to: S3Uri,
    _token: Token,
    { edits = [], frozen }: StagedFiles = {},
  ): Promise<StagedCopy> {
    const names = frozen && new Set(frozen.map(({ name }) => name));
    const files = [...this.#objects].filter(
      ([key]) => key.startsWith(from) && names?.has(key.slice(from.length)) !== false,
    );
    const moved = frozen?.find(({ name, etag }) => {
      const copied = this.#objects.has(`${to}${name}`);
      return !copied && this.#objects.get(`${from}${name}`)?.etag !== etag;
    });
    if (moved !== undefined) throw new OpsError('basis-changed', `${moved.name} in ${from}`);
    this.copies.push({ from, to });
    for (const [key, stored] of files) this.#objects.set(`${to}${key.slice(from.length)}`, stored);
    for (const { name, bytes } of edits) this.put(`${to}${name}`, bytes);
    return { files: files.length, bytes: files.reduce((sum, [, { body }]) => sum + sizeOf(body), 0) };
  }
}
