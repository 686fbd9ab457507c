import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { sizeInWords } from '../../in-words.ts';

/** JSON Lines compress to a tenth, very uniform ones to a hundredth, a decompression bomb to a thousandth. */
const unpackedTimes = 250;
const smallFile = 256 * 1024 * 1024;

export function maxUnpackedBytes({ size }: { readonly size: number }): number {
  return Math.max(smallFile, size * unpackedTimes);
}

/**
 * Yields decompressed bytes as far as possible. Calls `damaged` if the rest cannot be decompressed or exceeds `max`
 * bytes. Errors thrown by `chunks` itself (a lost permission, a broken network) are not damage and are rethrown.
 */
export async function* gunzipped(
  chunks: AsyncIterable<Uint8Array>,
  damaged: (why: string) => void,
  max: number,
): AsyncGenerator<Uint8Array> {
  const source = Readable.from(chunks, { objectMode: false });
  const gunzip = createGunzip();
  source.once('error', (error) => gunzip.destroy(error));
  source.pipe(gunzip);
  try {
    let unpacked = 0;
    // A zlib stream yields Buffers.
    for await (const chunk of gunzip as AsyncIterable<Uint8Array>) {
      unpacked += chunk.length;
      if (unpacked > max) {
        damaged(`it decompresses to more than ${sizeInWords(max)}`);
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
