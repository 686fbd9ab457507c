import { type Axis, axisOf, axisSvg, type Frame, timeAxisSvg } from './axes.ts';
import { escaped, textSvg, textWidth } from './svg.ts';
import type { Widget } from './widget.ts';
import type { Line } from './widget-lines.ts';

const margin = { top: 44, left: 70, right: 70, bottom: 34 } as const;
const legendRow = 22;
const swatch = 18;
const noteRow = 17;

/** Draws a widget as CloudWatch does: title, lines on one or two axes, annotations, and the legend below. */
export function chartOf(widget: Widget, lines: readonly Line[]): string {
  const legend = legendOf(lines, widget.width);
  const frame: Frame = {
    left: margin.left,
    right: widget.width - (lines.some(({ side }) => side === 'right') ? margin.right : 24),
    top: margin.top + visibleVerticals(widget).length * noteRow,
    bottom: widget.height - margin.bottom - legend.height,
    from: widget.from,
    to: widget.to,
  };
  const axes = { left: axisOf(widget, lines, 'left'), right: axisOf(widget, lines, 'right') };
  const parts = [
    `<rect width="${widget.width}" height="${widget.height}" fill="#ffffff"/>`,
    textSvg({
      x: 16,
      y: 28,
      text: truncateToWidth(widget.title, widget.width - 32, 17),
      size: 17,
      bold: true,
    }),
    timeAxisSvg(frame, widget.timezone),
    axisSvg(frame, axes.left, 'left'),
    ...(lines.some(({ side }) => side === 'right') ? [axisSvg(frame, axes.right, 'right')] : []),
    ...lines.map((line) => lineSvg(line, frame, (value) => axes[line.side].y(frame, value))),
    ...annotationSvgs(widget, frame, axes),
    ...(lines.every(({ points }) => points.length === 0) ? [noData(frame)] : []),
    legend.svg(frame.bottom + margin.bottom + 4),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${widget.width}" height="${widget.height}" font-family="DejaVu Sans">${parts.join('')}</svg>`;
}

/** A gap in the data is a gap in the line; a single point is a dot. */
function lineSvg({ points, color }: Line, frame: Frame, y: (value: number) => number): string {
  const inside = points.filter(({ at }) => at >= frame.from && at <= frame.to);
  const step = Math.min(...inside.slice(1).map(({ at }, index) => at - (inside[index]?.at ?? 0)));
  const runs: (typeof inside)[] = [];
  for (const point of inside) {
    const last = runs.at(-1)?.at(-1);
    if (last === undefined || point.at - last.at > step * 2.5) runs.push([point]);
    else runs.at(-1)?.push(point);
  }
  return runs
    .map((run) => {
      const spots = run.map(({ at, value }) => `${x(frame, at).toFixed(1)},${y(value).toFixed(1)}`);
      if (run.length > 1)
        return `<polyline points="${spots.join(' ')}" fill="none" stroke="${color}" stroke-width="2" stroke-linejoin="round"/>`;
      const [cx, cy] = (spots[0] ?? '0,0').split(',');
      return `<circle cx="${cx}" cy="${cy}" r="3.5" fill="${color}"/>`;
    })
    .join('');
}

/** The vertical annotations within the time range. */
function visibleVerticals({
  annotations,
  from,
  to,
}: Widget): readonly Widget['annotations']['vertical'][number][] {
  return annotations.vertical.filter(
    ({ visible, value }) => visible && Date.parse(value) >= from && Date.parse(value) <= to,
  );
}

/**
 * Lines are drawn on whole pixels; otherwise a thin line becomes two pale ones. Labels are above the plot or beside their
 * line, so that they do not hide the newest data.
 */
function annotationSvgs(
  widget: Widget,
  frame: Frame,
  axes: Readonly<Record<'left' | 'right', Axis>>,
): readonly string[] {
  const across = widget.annotations.horizontal
    .filter(({ visible }) => visible)
    .map(({ value, label = '', color = '#d62728', yAxis }) => {
      const y = Math.round(axes[yAxis].y(frame, value));
      const beside = y - frame.top < noteRow ? y + 15 : y - 6;
      return `<path d="M${frame.left} ${y}H${frame.right}" stroke="${color}" stroke-width="2" stroke-dasharray="6 4"/>${labelSvg(frame.left + 8, beside, label, color, frame)}`;
    });
  const down = visibleVerticals(widget).map(({ value, label = '', color = '#7b3fa0' }, nth, all) => {
    const at = Math.round(x(frame, Date.parse(value)));
    const above = frame.top - 6 - (all.length - 1 - nth) * noteRow;
    return `<path d="M${at} ${above - 10}V${frame.bottom}" stroke="${color}" stroke-width="2" stroke-dasharray="3 3"/>${labelSvg(at + 6, above, label, color, frame)}`;
  });
  return [...across, ...down];
}

/** Places a label to the left of its line if there is no room on the right. */
function labelSvg(at: number, y: number, label: string, color: string, frame: Frame): string {
  const size = 12;
  const text = truncateToWidth(label, frame.right - frame.left - 20, size);
  const overflows = at + textWidth(text, size) > frame.right;
  return textSvg({ x: overflows ? at - 12 : at, y, text, size, color, anchor: overflows ? 'end' : 'start' });
}

function noData(frame: Frame): string {
  const text = 'No data available. Try adjusting the dashboard time range.';
  const middle = (frame.left + frame.right) / 2 - textWidth(text, 14) / 2;
  return textSvg({ x: middle, y: (frame.top + frame.bottom) / 2, text, size: 14, color: '#687078' });
}

function legendOf(
  lines: readonly Line[],
  width: number,
): { readonly height: number; readonly svg: (top: number) => string } {
  const size = 13;
  let [column, row] = [16, 0];
  const spots = lines.map(({ label, color }) => {
    const text = truncateToWidth(label, width / 3, size);
    const wide = swatch + textWidth(text, size) + 22;
    if (column + wide > width && column > 16) [column, row] = [16, row + 1];
    const spot = { text, color, x: column, row };
    column += wide;
    return spot;
  });
  const svg = (top: number): string =>
    spots
      .map(({ text, color, x: left, row: nth }) => {
        const y = top + nth * legendRow;
        return `<rect x="${left}" y="${y}" width="12" height="12" fill="${escaped(color)}"/>${textSvg({ x: left + swatch, y: y + 11, text, size })}`;
      })
      .join('');
  return { height: (row + 1) * legendRow, svg };
}

function truncateToWidth(text: string, width: number, size: number): string {
  if (textWidth(text, size) <= width) return text;
  const room = Math.max(1, Math.floor((text.length * width) / textWidth(text, size)) - 1);
  return `${text.slice(0, room)}…`;
}

function x({ left, right, from, to }: Frame, at: number): number {
  return left + ((right - left) * (at - from)) / (to - from);
}
