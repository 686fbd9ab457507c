import { endOfString } from '../../read/json-text.ts';

const breaks = /["\r\n]/g;
const blanks = /[ \t\r\n]*/y;

/**
 * The same JSON without line breaks between its tokens, and without the indentation behind them. A line break inside
 * a string stays: JSON has none there, so the line is judged to be broken.
 */
export function inOneLine(bytes: Uint8Array): Uint8Array {
  if (!bytes.includes(10)) return bytes;
  // One letter a byte, whatever the bytes mean.
  const text = Buffer.from(bytes).toString('latin1');
  const parts: string[] = [];
  let done = 0;
  breaks.lastIndex = 0;
  for (let found = breaks.exec(text); found !== null; found = breaks.exec(text)) {
    if (found[0] === '"') {
      breaks.lastIndex = endOfString(text, found.index) ?? text.length;
      continue;
    }
    parts.push(text.slice(done, found.index));
    blanks.lastIndex = found.index;
    blanks.exec(text);
    done = blanks.lastIndex;
    breaks.lastIndex = done;
  }
  return Buffer.from(parts.join('') + text.slice(done), 'latin1');
}
