import { count } from '../../in-words.ts';
import type { Difference } from '../../ports/step-output.ts';

/** Longer values are cut, and so are longer changed parts. */
const maxLength = 300;
/** Unchanged characters shown on each side of a change. */
const context = 40;

export interface Focused {
  /** Only the sides that exist, to spread over the difference. */
  readonly shown: Pick<Difference, 'before' | 'after'>;
  /** False if a part that differs is omitted. */
  readonly whole: boolean;
}

/** Both values of a difference. Long ones are reduced to the changed part, with a count of the omitted characters. */
export function focused({ before, after }: Difference): Focused {
  const [left, right] = [focus(before, after), focus(after, before)];
  return {
    shown: {
      ...(left !== undefined && { before: left.text }),
      ...(right !== undefined && { after: right.text }),
    },
    whole: (left?.whole ?? true) && (right?.whole ?? true),
  };
}

interface Piece {
  readonly text: string;
  readonly whole: boolean;
}

function focus(text: string | undefined, other: string | undefined): Piece | undefined {
  if (text === undefined) return undefined;
  if (text.length <= maxLength) return { text, whole: true };
  const [start, end] = other === undefined ? [0, text.length] : changedPart(text, other);
  const [from, to] = [Math.max(0, start - context), Math.min(text.length, end + context)];
  const middle = shortened(text.slice(from, to));
  return {
    text: `${from === 0 ? '' : `[${count(from)} unchanged characters] …`}${middle.text}${to === text.length ? '' : `… [${count(text.length - to)} unchanged characters]`}`,
    whole: middle.whole,
  };
}

/** Start and end of the part of `text` that differs from `other`. */
function changedPart(text: string, other: string): readonly [number, number] {
  const maxStart = Math.min(text.length, other.length);
  let start = 0;
  while (start < maxStart && text[start] === other[start]) start += 1;
  let same = 0;
  while (same < maxStart - start && text[text.length - 1 - same] === other[other.length - 1 - same])
    same += 1;
  return [start, text.length - same];
}

/** The beginning and the end of a changed part that is too long. */
function shortened(text: string): Piece {
  if (text.length <= maxLength) return { text, whole: true };
  const [head, tail] = [200, 60];
  const gone = text.length - head - tail;
  return {
    text: `${text.slice(0, head)}… [${count(gone)} more characters] …${text.slice(-tail)}`,
    whole: false,
  };
}
