import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { sizeInWords } from '../../in-words.ts';

/** JSON Lines pack to a tenth, very even ones to a hundredth; a bomb packs to a thousandth. */
const unpackedTimes = 250;
const smallFile = 256 * 1024 * 1024;

export function maxUnpackedBytes({ size }: { readonly size: number }): number {
  return Math.max(smallFile, size * unpackedTimes);
}

/**
 * The decompressed bytes, as far as they come; `damaged` is told when the rest cannot be had, or is more
 * than `most` bytes. What `chunks` itself
 * throws (a lost permission, a broken network) is not damage and is thrown on.
 */
export async function* gunzipped(
  chunks: AsyncIterable<Uint8Array>,
  damaged: (why: string) => void,
  most: number,
): AsyncGenerator<Uint8Array> {
  const source = Readable.from(chunks, { objectMode: false });
  const gunzip = createGunzip();
  source.once('error', (error) => gunzip.destroy(error));
  source.pipe(gunzip);
  try {
    let unpacked = 0;
    // A zlib stream gives Buffers.
    for await (const chunk of gunzip as AsyncIterable<Uint8Array>) {
      unpacked += chunk.length;
      if (unpacked > most) {
        damaged(`it unpacks to more than ${sizeInWords(most)}`);
        return;
      }
      yield chunk;
    }
  } catch (thrown) {
    if (!(thrown instanceof Error && 'code' in thrown && String(thrown.code).startsWith('Z_'))) throw thrown;
    damaged(thrown.message);
  } finally {
    source.destroy();
    gunzip.destroy();
  }
}
