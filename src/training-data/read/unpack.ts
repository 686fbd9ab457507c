import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { Decompress } from 'fzstd';
import { asOpsError, OpsError } from '../../errors.ts';
import { sizeInWords } from '../../in-words.ts';
import type { Packing } from './format.ts';
import { maxLineBytes } from './lines.ts';

/** JSON Lines compress to a tenth, very uniform ones to a hundredth, a decompression bomb to a thousandth. */
const unpackedTimes = 250;
/** Twice the longest line. With much more, 400 KB of packed line breaks take minutes. */
const smallFile = 2 * maxLineBytes;

export function maxUnpackedBytes({ size }: { readonly size: number }): number {
  return Math.max(smallFile, size * unpackedTimes);
}

/** Called if the rest of a stream cannot be decompressed. */
type Damaged = (why: string) => void;

/** Detects compression by the first bytes, because names are often wrong. */
export function packingOf(head: Uint8Array): Packing | undefined {
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  return head[0] === 0x28 && head[1] === 0xb5 && head[2] === 0x2f && head[3] === 0xfd ? 'zstd' : undefined;
}

/**
 * Yields decompressed bytes as far as possible. Calls `damaged` if the rest cannot be decompressed or exceeds `max`
 * bytes. Errors thrown by `chunks` itself (a lost permission, a broken network) are not damage and are rethrown.
 */
export async function* unpacked(
  packing: Packing,
  chunks: AsyncIterable<Uint8Array>,
  damaged: Damaged,
  max: number,
): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of packing === 'gzip' ? gunzipped(chunks, damaged) : unzstd(chunks, damaged)) {
    bytes += chunk.length;
    if (bytes > max) {
      damaged(`it decompresses to more than ${sizeInWords(max)}`);
      return;
    }
    yield chunk;
  }
}

async function* gunzipped(chunks: AsyncIterable<Uint8Array>, damaged: Damaged): AsyncGenerator<Uint8Array> {
  const source = Readable.from(chunks, { objectMode: false });
  const gunzip = createGunzip();
  source.once('error', (error) => gunzip.destroy(error));
  source.pipe(gunzip);
  try {
    // A zlib stream yields Buffers.
    for await (const chunk of gunzip as AsyncIterable<Uint8Array>) yield chunk;
  } catch (thrown) {
    if (!(thrown instanceof Error && 'code' in thrown && String(thrown.code).startsWith('Z_'))) throw thrown;
    damaged(thrown.message);
  } finally {
    source.destroy();
    gunzip.destroy();
  }
}

/** A block of four bytes may unpack to 128 KB, so this much may unpack to 32 MB. */
const zstdSlice = 1024;

async function* unzstd(chunks: AsyncIterable<Uint8Array>, damaged: Damaged): AsyncGenerator<Uint8Array> {
  let ready: Uint8Array[] = [];
  const stream = new Decompress((bytes) => {
    if (bytes.length > 0) ready.push(bytes);
  });
  try {
    for await (const chunk of chunks)
      for (let at = 0; at < chunk.length; at += zstdSlice) {
        stream.push(chunk.subarray(at, at + zstdSlice));
        yield* ready;
        ready = [];
      }
    stream.push(new Uint8Array(), true);
  } catch (thrown) {
    if (thrown instanceof OpsError) throw thrown;
    damaged(asOpsError(thrown).detail.slice(0, 200));
  }
  yield* ready;
}
