import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

/**
 * The decompressed bytes, as far as they come; `damaged` is told when the rest cannot be had. What `chunks` itself
 * throws (a lost permission, a broken network) is not damage and is thrown on.
 */
export async function* gunzipped(
  chunks: AsyncIterable<Uint8Array>,
  damaged: (why: string) => void,
): AsyncGenerator<Uint8Array> {
  const source = Readable.from(chunks, { objectMode: false });
  const gunzip = createGunzip();
  source.once('error', (error) => gunzip.destroy(error));
  source.pipe(gunzip);
  try {
    for await (const chunk of gunzip) yield chunk as Uint8Array;
  } catch (thrown) {
    if (!(thrown instanceof Error && 'code' in thrown && String(thrown.code).startsWith('Z_'))) throw thrown;
    damaged(thrown.message);
  } finally {
    source.destroy();
    gunzip.destroy();
  }
}
