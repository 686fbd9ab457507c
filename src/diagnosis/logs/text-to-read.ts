import type { LogLine } from '../../ports/ports.ts';
import type { HostLog } from './voices.ts';

/** Fits a traceback or a message, but not a dump of a whole batch. */
const longestLine = 16_384;
const endOfLine = 4_096;
/** The rules scan all of it synchronously, and meanwhile no click is answered. */
const longestText = 512 * 1024;

/** The newest lines of a log, without the middle of very long lines. */
export function readable({ host, lines }: HostLog): { readonly log: HostLog; readonly leftOut: number } {
  const kept: LogLine[] = [];
  let [length, total] = [0, 0];
  for (const { at, text } of lines.toReversed()) {
    total += text.length + 1;
    const cut = shortened(text);
    if (length + cut.length >= longestText) continue;
    length += cut.length + 1;
    kept.push({ at, text: cut });
  }
  return { log: { host, lines: kept.toReversed() }, leftOut: Math.max(0, total - length) };
}

/** The error type is at the beginning or at the end of a line. */
function shortened(line: string): string {
  if (line.length <= longestLine) return line;
  return `${line.slice(0, longestLine - endOfLine)} … ${line.slice(-endOfLine)}`;
}
