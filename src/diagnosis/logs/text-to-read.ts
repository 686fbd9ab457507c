/** Fits a traceback or a message, but not a dump of a whole batch. */
const longestLine = 16_384;
const endOfLine = 4_096;
/** The rules scan all of it synchronously, and meanwhile no click is answered. */
const longestText = 512 * 1024;

/** Joins the newest lines of a log, without the middle of very long lines. */
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

/** The error type is at the beginning or at the end of a line. */
function shortened(line: string): string {
  if (line.length <= longestLine) return line;
  return `${line.slice(0, longestLine - endOfLine)} … ${line.slice(-endOfLine)}`;
}
