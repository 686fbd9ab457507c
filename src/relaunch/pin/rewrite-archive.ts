import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { type Header, type Pack, pack } from 'tar-stream';
import { type Entry, eachEntry, isRequirements } from './tar-entries.ts';

/**
 * The same `sourcedir.tar.gz` with this requirements.txt. All other entries keep their bytes, modes, times and order. The
 * same input produces the same bytes, so that a repeated upload can be compared.
 */
export async function* withRequirements(
  archive: AsyncIterable<Uint8Array>,
  text: string,
): AsyncGenerator<Uint8Array> {
  const packing = pack();
  const zipped = createGzip();
  const filling = fill(packing, archive, Buffer.from(text));
  const zipping = pipeline(Readable.from(packing), zipped);
  // Both are awaited below; an error before that is not unhandled.
  filling.catch(() => undefined);
  zipping.catch(() => undefined);
  try {
    yield* zipped as AsyncIterable<Buffer>;
  } finally {
    packing.destroy();
    // The first error explains the others.
    await filling;
  }
  await zipping;
}

async function fill(packing: Pack, archive: AsyncIterable<Uint8Array>, text: Buffer): Promise<void> {
  let isWritten = false;
  try {
    await eachEntry(archive, async (entry) => {
      if (!isRequirements(entry.header)) return copyEntry(entry, packing);
      isWritten = true;
      packing.entry(withSize(entry.header, text.length), text);
      entry.resume();
    });
    if (!isWritten) packing.entry({ name: 'requirements.txt', mode: 0o644, mtime: new Date(0) }, text);
    packing.finalize();
  } catch (thrown) {
    packing.destroy(thrown instanceof Error ? thrown : new Error(String(thrown)));
    throw thrown;
  }
}

async function copyEntry(entry: Entry, packing: Pack): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const sink = packing.entry({ ...entry.header }, (error) => {
      if (error === null || error === undefined) resolve();
      else reject(error);
    });
    sink.on('error', reject);
    entry.on('error', reject);
    entry.pipe(sink);
  });
}

/** A PAX header may repeat the size of the entry. */
function withSize(header: Header, size: number): Header {
  // tar-stream passes the PAX header on, which its types leave out.
  const { pax, ...rest } = header as Header & { readonly pax?: Readonly<Record<string, string>> | null };
  if (pax === undefined || pax === null) return { ...rest, size };
  const { size: _, ...kept } = pax;
  return Object.assign({ ...rest, size }, { pax: kept });
}
