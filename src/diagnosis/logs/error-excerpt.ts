import { redact } from '../../sanitize/secret-shapes.ts';

/** What fits into one message of a thread, and what a person reads of it. */
const mostLines = 40;
const mostCharacters = 3_000;
const longestLine = 400;

/** Only so much is looked at: nothing behind it would be shown. */
const mostRead = 400;
const longestRead = 4_000;

/**
 * The lines of an error without secrets, at most 40 and at most 3,000 characters with their line ends. What says what
 * happened stays; frames of the traceback are left out from its beginning, and a line says how many.
 */
export function excerptOf(lines: readonly string[]): readonly string[] {
  const read = lines.slice(-mostRead).map(cut).join('\n');
  const clean = redact(read).split('\n').map(shown);
  return withGaps(clean, withinBounds(clean));
}

/** A secret at the cut would lose the end that it is known by, so the last word goes too. */
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

/** From the end: first what is not a frame, then frames, as long as there is room. */
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
  return excerpt.length <= mostLines && excerpt.join('\n').length <= mostCharacters;
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
