import { minutes } from '../in-words.ts';
import type { TimelineEntry } from '../ports/record.ts';
import type { keyMoments } from './key-moments.ts';
import { clock, ink, lanes, margin, width } from './picture-style.ts';
import { dot, fitting, text } from './svg.ts';

const row = 32;
const listX = 240;

type Moments = ReturnType<typeof keyMoments>;

export function momentsHeight({ shown, left }: Moments): number {
  return (shown.length + (left > 0 ? 1 : 0)) * row;
}

/** One line per key moment, starting at `top`. */
export function momentsList({ shown, left }: Moments, failedAt: number, top: number): readonly string[] {
  const rows = shown.flatMap((entry, index) => momentRow(entry, top + index * row, failedAt));
  const more = `and ${left} more in the document`;
  const y = top + shown.length * row;
  return left > 0 ? [...rows, text(listX, y, more, { size: 15, fill: ink.weak })] : rows;
}

function momentRow(entry: TimelineEntry, y: number, failedAt: number): readonly string[] {
  const { at, who, what, kind } = entry;
  const fill = lanes.find((lane) => lane.kind === kind)?.fill ?? ink.strong;
  const said = who === undefined ? what : `${who}: ${what}`;
  return [
    dot(margin + 10, y - 6, fill, 7),
    text(margin + 28, y, clock(at), { size: 16, fill: ink.strong }),
    text(listX - 18, y, after(at - failedAt), { size: 15, fill: ink.weak, anchor: 'end' }),
    text(listX, y, fitting(said, width - listX - margin, 16), { size: 16, fill: ink.strong }),
  ];
}

function after(ms: number): string {
  return ms < 60_000 ? '' : `+${minutes(ms / 60_000)}`;
}
