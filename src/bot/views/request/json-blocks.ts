import type { Json } from '../../../ports/ports.ts';
import { type Block, quote, say, small } from '../blocks.ts';
import { escape, visibleInJson } from '../untrusted.ts';

/** Leaves room for the fence within the 3,000 characters of a section. */
const perBlock = 2_600;

/** Indented JSON in as many blocks as needed. Nothing is left out, and nothing is added inside a value. */
export function jsonBlocks(value: Json | readonly object[]): readonly Block[] {
  const lines = JSON.stringify(value, undefined, 2).split('\n').map(visibleInJson);
  return chunksOf(lines).flatMap(({ text, continues }) => [
    codeBlock(text),
    ...(continues ? [small('↳ line continues below')] : []),
  ]);
}

interface Chunk {
  text: string;
  /** The next chunk continues this one's last line. */
  readonly continues: boolean;
}

function chunksOf(lines: readonly string[]): readonly Chunk[] {
  const chunks: Chunk[] = [];
  for (const one of lines) {
    const last = chunks.at(-1);
    if (last?.continues === false && last.text.length + one.length < perBlock) {
      last.text += `\n${one}`;
      continue;
    }
    const pieces = one.match(/.{1,2500}/gsu) ?? [''];
    for (const [index, text] of pieces.entries()) chunks.push({ text, continues: index < pieces.length - 1 });
  }
  return chunks;
}

/** Backticks can end the code and some clients turn URLs into links, so text with either is sent as plain text. */
function codeBlock(text: string): Block {
  const code = `\`\`\`\n${escape(text)}\n\`\`\``;
  return /`|https?:/i.test(text) || code.length > 2_990 ? quote(text) : say(code);
}
