import type { Encoding } from './format.ts';

/** Without a byte order mark, this many letters must have a zero byte on the same side. */
const tellingLetters = 4;

/** Detects UTF-16 by its byte order mark or, without one, by the zero byte in each ASCII letter. */
export function encodingOf(head: Uint8Array): Encoding | undefined {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  if (head.length < 2 * tellingLetters) return undefined;
  const zeroAt = (side: number): boolean =>
    Array.from({ length: tellingLetters }, (_, n) => 2 * n).every(
      (at) => head[at + side] === 0 && head[at + 1 - side] !== 0,
    );
  if (zeroAt(1)) return 'utf-16le';
  return zeroAt(0) ? 'utf-16be' : undefined;
}

/** The same text in UTF-8, without its byte order mark. Code units that are no text become U+FFFD. */
export async function* asUtf8(
  chunks: AsyncIterable<Uint8Array>,
  encoding: Encoding,
): AsyncGenerator<Uint8Array> {
  const decoder = new TextDecoder(encoding);
  for await (const chunk of chunks) {
    const text = decoder.decode(chunk, { stream: true });
    if (text !== '') yield Buffer.from(text);
  }
  const rest = decoder.decode();
  if (rest !== '') yield Buffer.from(rest);
}
