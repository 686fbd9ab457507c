import { count } from '../../in-words.ts';
import type { Difference } from '../../ports/step-output.ts';

/** The longest value that is shown as it is, and the longest part of a longer one. */
const longest = 300;
/** How much of what did not change stands on either side of what did. */
const around = 40;

export interface Focused {
  readonly before: string | undefined;
  readonly after: string | undefined;
  /** Only the sides that exist, to be spread over the difference. */
  readonly shown: Pick<Difference, 'before' | 'after'>;
  /** False where a part that differs is left out. */
  readonly whole: boolean;
}

/** Both values of a difference; long ones reduced to where they differ, and what is left out is counted. */
export function focused({ before, after }: Difference): Focused {
  const [left, right] = [focus(before, after), focus(after, before)];
  return {
    before: left?.text,
    after: right?.text,
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
  if (text.length <= longest) return { text, whole: true };
  const [start, end] = other === undefined ? [0, text.length] : changedPart(text, other);
  const [from, to] = [Math.max(0, start - around), Math.min(text.length, end + around)];
  const middle = shortened(text.slice(from, to));
  return {
    text: `${from === 0 ? '' : `[${count(from)} characters the same] …`}${middle.text}${to === text.length ? '' : `… [${count(text.length - to)} characters the same]`}`,
    whole: middle.whole,
  };
}

/** From where to where `text` differs from `other`. */
function changedPart(text: string, other: string): readonly [number, number] {
  const most = Math.min(text.length, other.length);
  let start = 0;
  while (start < most && text[start] === other[start]) start += 1;
  let same = 0;
  while (same < most - start && text[text.length - 1 - same] === other[other.length - 1 - same]) same += 1;
  return [start, text.length - same];
}

/** The beginning and the end of a part that is too long itself. */
function shortened(text: string): Piece {
  if (text.length <= longest) return { text, whole: true };
  const [head, tail] = [200, 60];
  const gone = text.length - head - tail;
  return {
    text: `${text.slice(0, head)}… [${count(gone)} more characters] …${text.slice(-tail)}`,
    whole: false,
  };
}
