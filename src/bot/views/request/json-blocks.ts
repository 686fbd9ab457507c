import type { Json } from '../../../ports/ports.ts';
import { type Block, quote, say, small } from '../blocks.ts';
import { escape, visibleInJson } from '../untrusted.ts';

/** Below the 3,000 of a section, with the fence around it. */
const perBlock = 2_600;

/** Indented JSON in as many blocks as it takes. Nothing is left out, and nothing is added within a value. */
export function jsonBlocks(value: Json | readonly object[]): readonly Block[] {
  const lines = JSON.stringify(value, undefined, 2).split('\n').map(visibleInJson);
  return chunksOf(lines).flatMap(({ text, goesOn }) => [
    codeBlock(text),
    ...(goesOn ? [small('↳ the same line goes on below')] : []),
  ]);
}

interface Chunk {
  text: string;
  /** The next chunk is the rest of this one's last line. */
  readonly goesOn: boolean;
}

function chunksOf(lines: readonly string[]): readonly Chunk[] {
  const chunks: Chunk[] = [];
  for (const one of lines) {
    const last = chunks.at(-1);
    if (last?.goesOn === false && last.text.length + one.length < perBlock) {
      last.text += `\n${one}`;
      continue;
    }
    const pieces = one.match(/.{1,2500}/gsu) ?? [''];
    for (const [index, text] of pieces.entries()) chunks.push({ text, goesOn: index < pieces.length - 1 });
  }
  return chunks;
}

/** In a fence only three backticks end the code, and some clients link addresses; both go out as plain text. */
function codeBlock(text: string): Block {
  const code = `\`\`\`\n${escape(text)}\n\`\`\``;
  return /`|https?:/i.test(text) || code.length > 2_990 ? quote(text) : say(code);
}
