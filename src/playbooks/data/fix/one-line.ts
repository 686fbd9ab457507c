const stringOrBreak = /"[^"\\]*(?:\\.[^"\\]*)*"|[\r\n][ \t\r\n]*/gs;

/**
 * The same JSON without line breaks between its tokens, and without the indentation behind them. A line break inside
 * a string stays: JSON has none there, so the line is judged to be broken.
 */
export function inOneLine(bytes: Uint8Array): Uint8Array {
  if (!bytes.includes(10)) return bytes;
  // One letter a byte, whatever the bytes mean.
  const text = Buffer.from(bytes).toString('latin1');
  return Buffer.from(
    text.replace(stringOrBreak, (found) => (found.startsWith('"') ? found : '')),
    'latin1',
  );
}
