import { textSvg } from './svg.ts';
import type { Widget } from './widget.ts';
import type { Line } from './widget-lines.ts';

/** The plot area in pixels, and its time range in ms. */
export interface Frame {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly from: number;
  readonly to: number;
}

export interface Axis {
  readonly ticks: readonly number[];
  readonly title: string;
  readonly y: (frame: Frame, value: number) => number;
}

const grey = '#687078';
const minute = 60_000;

/** Uses the widget's limits, or otherwise fits all data and annotations of that side. */
export function axisOf(widget: Widget, lines: readonly Line[], side: 'left' | 'right'): Axis {
  const { min, max, label, showUnits } = widget.yAxis[side];
  const sideLines = lines.filter((line) => line.side === side);
  const notes = widget.annotations.horizontal.filter(({ yAxis }) => yAxis === side);
  const values = [...sideLines.flatMap(({ points }) => points), ...notes].map(({ value }) => value);
  const [low, high] = endsOf(values, min, max);
  const ticks = ticksBetween(low, high);
  const first = min ?? ticks[0] ?? low;
  const last = max ?? ticks.at(-1) ?? high;
  const unit = sideLines.find((line) => line.unit !== '' && line.unit !== 'None')?.unit ?? '';
  return {
    ticks: ticks.filter((tick) => tick >= first && tick <= last),
    title: label ?? (showUnits === false ? '' : unit),
    y: (frame, value) => frame.bottom - ((frame.bottom - frame.top) * (value - first)) / (last - first),
  };
}

/** The ends always differ, so that a flat line is drawn at the bottom of an axis with a height. */
function endsOf(
  values: readonly number[],
  min: number | undefined,
  max: number | undefined,
): readonly [number, number] {
  const low = min ?? Math.min(...(values.length === 0 ? [0] : values));
  const high = max ?? Math.max(...(values.length === 0 ? [low] : values));
  return [low, high > low ? high : low + (Math.abs(low) || 1)];
}

/** About five round numbers that cover both ends. */
function ticksBetween(low: number, high: number): readonly number[] {
  const rough = (high - low) / 5;
  const magnitude = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 2.5, 5, 10].find((one) => one * magnitude >= rough) ?? 10) * magnitude;
  const first = Math.floor(low / step + 1e-9);
  const last = Math.ceil(high / step - 1e-9);
  return Array.from({ length: last - first + 1 }, (_, nth) => (first + nth) * step);
}

export function axisSvg(frame: Frame, { ticks, title, y }: Axis, side: 'left' | 'right'): string {
  const isLeft = side === 'left';
  const edge = isLeft ? frame.left - 8 : frame.right + 8;
  const marks = ticks.map((tick) => {
    const at = y(frame, tick).toFixed(1);
    const grid = isLeft ? `<path d="M${frame.left} ${at}H${frame.right}" stroke="#eaeded"/>` : '';
    const anchor = isLeft ? 'end' : 'start';
    return `${grid}${textSvg({ x: edge, y: Number(at) + 4, text: short(tick), size: 12, color: grey, anchor })}`;
  });
  const middle = (frame.top + frame.bottom) / 2;
  const at = isLeft ? 18 : frame.right + 58;
  const rotated = isLeft ? -90 : 90;
  return `${marks.join('')}${textSvg({ x: at, y: middle, text: title, size: 12, color: grey, anchor: 'middle', rotated })}`;
}

/** Formats a number as `1.25M`, `800k` or `0.05`. */
function short(value: number): string {
  const [unit, by] = Math.abs(value) >= 1e6 ? ['M', 1e6] : Math.abs(value) >= 1e4 ? ['k', 1e3] : ['', 1];
  return `${Number((value / Number(by)).toPrecision(4))}${unit}`;
}

/** About eight ticks at round times in the widget's time zone. */
export function timeAxisSvg(frame: Frame, timezone: string): string {
  const shift = shiftOf(timezone);
  const steps = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1_440, 2_880, 10_080].map(
    (one) => one * minute,
  );
  const step = steps.find((one) => (frame.to - frame.from) / one <= 9) ?? 7 * 1_440 * minute;
  const first = Math.ceil((frame.from + shift) / step) * step - shift;
  const count = Math.max(0, Math.floor((frame.to - first) / step) + 1);
  const marks = Array.from({ length: count }, (_, nth) => first + nth * step).map((at) => {
    const x = frame.left + ((frame.right - frame.left) * (at - frame.from)) / (frame.to - frame.from);
    const shown = new Date(at + shift).toISOString();
    const text = step >= 1_440 * minute ? shown.slice(5, 10) : shown.slice(11, 16);
    return `<path d="M${x.toFixed(1)} ${frame.top}V${frame.bottom}" stroke="#f2f3f3"/>${textSvg({ x, y: frame.bottom + 18, text, size: 12, color: grey, anchor: 'middle' })}`;
  });
  return `${marks.join('')}<path d="M${frame.left} ${frame.bottom}H${frame.right}" stroke="#aab7b8"/>`;
}

/** The offset of a time zone such as `+0130`, in ms. */
function shiftOf(timezone: string): number {
  const sign = timezone.startsWith('-') ? -1 : 1;
  return sign * (Number(timezone.slice(1, 3)) * 60 + Number(timezone.slice(3, 5))) * minute;
}
