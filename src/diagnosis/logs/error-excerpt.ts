import { redact } from '../../sanitize/secret-shapes.ts';

/** Limits of what fits into one message and of what a person reads. */
const maxLines = 40;
const maxCharacters = 3_000;
const longestLine = 400;

/** Text beyond this is not examined, since it would not be shown. */
const maxLinesRead = 400;
const longestRead = 4_000;

/**
 * The lines of an error without secrets: at most 40 lines and 3,000 characters including line ends. The message stays;
 * traceback frames are left out from the beginning, and a line says how many.
 */
export function excerptOf(lines: readonly string[]): readonly string[] {
  const read = lines.slice(-maxLinesRead).map(cut).join('\n');
  const clean = redact(read).split('\n').map(shown);
  return withGaps(clean, withinBounds(clean));
}

/** A secret at the cut would lose the end by which it is recognized, so the last word is removed too. */
function cut(line: string): string {
  if (line.length <= longestRead) return line;
  const head = line.slice(0, longestRead);
  const space = head.lastIndexOf(' ');
  return `${space > longestRead / 2 ? head.slice(0, space) : head} …`;
}

function shown(line: string): string {
  const tidy = line.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}]/gu, ' ').trimEnd();
  return tidy.length <= longestLine ? tidy : `${tidy.slice(0, longestLine - 1)}…`;
}

/** From the end: first lines that are not frames, then frames while there is room. */
function withinBounds(lines: readonly string[]): ReadonlySet<number> {
  const fromEnd = lines.map((_, index) => index).toReversed();
  const isFrame = (index: number): boolean => /^(?:\s|$)/.test(lines[index] ?? '');
  const kept = new Set<number>();
  for (const index of [...fromEnd.filter((at) => !isFrame(at)), ...fromEnd.filter(isFrame)]) {
    kept.add(index);
    if (!fits(withGaps(lines, kept))) kept.delete(index);
  }
  return kept;
}

function fits(excerpt: readonly string[]): boolean {
  return excerpt.length <= maxLines && excerpt.join('\n').length <= maxCharacters;
}

function withGaps(lines: readonly string[], kept: ReadonlySet<number>): readonly string[] {
  const excerpt: string[] = [];
  let left = 0;
  for (const [index, line] of lines.entries()) {
    if (kept.has(index)) {
      if (left > 0) excerpt.push(gap(left));
      excerpt.push(line);
    }
    left = kept.has(index) ? 0 : left + 1;
  }
  return left > 0 ? [...excerpt, gap(left)] : excerpt;
}

function gap(left: number): string {
  return `  … ${left} ${left === 1 ? 'line' : 'lines'} left out`;
}
