/** A traceback or a message fits; a dump of a whole batch does not. */
const longestLine = 16_384;
const endOfLine = 4_096;
/** The rules read all of it, one after the other, while nobody else's click is answered. */
const longestText = 512 * 1024;

/** The newest lines of a log as one text, with the middle of very long lines left out. */
export function textToRead(lines: readonly string[]): { readonly text: string; readonly leftOut: number } {
  const kept: string[] = [];
  let [length, total] = [0, 0];
  for (const line of lines.toReversed()) {
    total += line.length + 1;
    const cut = shortened(line);
    if (length + cut.length >= longestText) continue;
    length += cut.length + 1;
    kept.push(cut);
  }
  return { text: kept.toReversed().join('\n'), leftOut: Math.max(0, total - length) };
}

/** The kind of an error stands at the beginning of a line or at its end. */
function shortened(line: string): string {
  if (line.length <= longestLine) return line;
  return `${line.slice(0, longestLine - endOfLine)} … ${line.slice(-endOfLine)}`;
}
