import { minutes, time } from '../in-words.ts';
import type { IncidentRecord } from '../ports/record.ts';
import { type Durations, recoveryInWords } from './durations.ts';
import { keyMoments } from './key-moments.ts';
import { momentsHeight, momentsList } from './moments-list.ts';
import { clock, ink, type Lane, lanes, margin, width } from './picture-style.ts';
import { subjectOf } from './subject.ts';
import { band, dot, fitting, line, svg, text } from './svg.ts';
import { type Scale, scaleOf } from './timeline-scale.ts';

const plot = { left: 210, right: width - 60, top: 178, lane: 46 };
/** Bold letters are wider by this factor. */
const boldness = 1.12;
const plotBottom = plot.top + lanes.length * plot.lane;

/** An SVG, 1,200 px wide: all entries on a time axis with the RTO, and a list of the key moments. */
export function timelinePicture(record: IncidentRecord, durations: Durations): string {
  const scale = scaleOf(record, plot.left, plot.right);
  const moments = keyMoments(record.timeline);
  const height = plotBottom + 76 + momentsHeight(moments) + margin / 2;
  return svg(width, height, [
    ...heading(record, durations),
    ...lanes.flatMap((lane, index) => laneOf(lane, index, record, scale)),
    ...axis(scale),
    ...limits(record, scale),
    ...lanes.flatMap((lane, index) => dotsOf(lane, index, record, scale)),
    ...momentsList(moments, record.failedAt, plotBottom + 84),
  ]);
}

function heading({ job, incident, tier, failedAt }: IncidentRecord, durations: Durations): readonly string[] {
  const said = recoveryInWords(durations);
  const summary = `${said.charAt(0).toUpperCase()}${said.slice(1)}`;
  const isGood = durations.withinRto === true || durations.closedAs !== undefined;
  const fill = isGood ? ink.green : ink.red;
  const about = `${incident}, ${tier}, ${durations.subject.broke} at ${time(failedAt)}`;
  return [
    text(margin, 52, fitting(job, width - 2 * margin, 26 * boldness), {
      size: 26,
      fill: ink.strong,
      bold: true,
    }),
    text(margin, 84, fitting(summary, width - 2 * margin, 19 * boldness), { size: 19, fill, bold: true }),
    text(margin, 112, fitting(about, width - 2 * margin, 16), { size: 16, fill: ink.weak }),
  ];
}

function laneY(index: number): number {
  return plot.top + index * plot.lane + plot.lane / 2;
}

function laneOf(
  { kind, title, fill }: Lane,
  index: number,
  record: IncidentRecord,
  scale: Scale,
): readonly string[] {
  const y = laneY(index);
  const shade =
    index % 2 === 0 ? [band(margin, y - plot.lane / 2, width - 2 * margin, plot.lane, '#f7f7f8')] : [];
  const down = kind === 'end' ? [downtime(y, record, scale)] : [];
  const words = kind === 'end' ? subjectOf(record.kind).lane : title;
  return [...shade, text(margin + 12, y + 6, words, { size: 16, fill, bold: true }), ...down];
}

function downtime(y: number, { failedAt, recovered }: IncidentRecord, scale: Scale): string {
  const from = scale.x(failedAt);
  const to = recovered === undefined ? plot.right : scale.x(recovered.at);
  return band(from, y - 5, Math.max(2, to - from), 10, '#f3b4b1');
}

function axis(scale: Scale): readonly string[] {
  return scale.ticks.flatMap(({ at, after }) => {
    const x = scale.x(at);
    return [
      line([x, plot.top], [x, plotBottom], ink.grid),
      text(x, plotBottom + 22, after, { size: 14, fill: ink.weak, anchor: 'middle' }),
      text(x, plotBottom + 40, clock(at), { size: 13, fill: ink.weak, anchor: 'middle' }),
    ];
  });
}

function limits({ recovered, rtoMinutes, kind }: IncidentRecord, scale: Scale): readonly string[] {
  const rto = scale.x(scale.deadline);
  const top = plot.top - 10;
  const lines = [
    line([rto, top], [rto, plotBottom], ink.red, { width: 2.5, dashed: true }),
    text(rto, top - 8, `RTO ${minutes(rtoMinutes)}`, {
      size: 15,
      fill: ink.red,
      bold: true,
      anchor: 'middle',
    }),
  ];
  if (recovered === undefined) return lines;
  const x = scale.x(recovered.at);
  // Keep the labels of the RTO and of the recovery from overlapping.
  const anchor = Math.abs(x - rto) > 150 ? 'middle' : x < rto ? 'end' : 'start';
  const labelX = anchor === 'middle' ? x : anchor === 'end' ? Math.min(x, rto - 56) : Math.max(x, rto + 56);
  return [
    ...lines,
    line([x, top], [x, plotBottom], ink.green, { width: 2.5 }),
    text(labelX, top - 8, subjectOf(kind).mark, { size: 15, fill: ink.green, bold: true, anchor }),
  ];
}

function dotsOf(
  { kind, fill }: Lane,
  index: number,
  { timeline }: IncidentRecord,
  scale: Scale,
): readonly string[] {
  return timeline
    .filter((entry) => entry.kind === kind && entry.at <= scale.to)
    .map(({ at }) => dot(scale.x(at), laneY(index), fill));
}
