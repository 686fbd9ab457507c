import { z } from 'zod';
import { AwsError } from '../responses.ts';
import { statistic } from './metric.ts';

const maxBytes = 100 * 1024;
const Stat = z.string().refine((name) => statistic(name) !== undefined, 'is no statistic');
const Period = z.number().int().multipleOf(60);
const Side = z.enum(['left', 'right']);
const Color = z
  .string()
  .regex(/^#[0-9a-fA-F]{3}([0-9a-fA-F]{3})?$/, 'should be a six-digit HTML hex color code');

const RowOptions = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z][a-zA-Z0-9_]*$/)
    .optional(),
  expression: z.string().optional(),
  label: z.string().optional(),
  color: Color.optional(),
  period: Period.optional(),
  region: z.string().optional(),
  stat: Stat.optional(),
  visible: z.boolean().default(true),
  yAxis: Side.default('left'),
});
export type RowOptions = z.infer<typeof RowOptions>;

const Axis = z.strictObject({
  min: z.number().optional(),
  max: z.number().optional(),
  label: z.string().optional(),
  showUnits: z.boolean().optional(),
});
const Note = { label: z.string().optional(), color: Color.optional(), visible: z.boolean().default(true) };
const Horizontal = z.strictObject({
  ...Note,
  value: z.number(),
  fill: z.enum(['above', 'below', 'none']).optional(),
  yAxis: Side.default('left'),
});
const Vertical = z.strictObject({
  ...Note,
  value: z.iso.datetime({ offset: true }),
  fill: z.enum(['before', 'after', 'none']).optional(),
});

const Widget = z.strictObject({
  width: z.number().int().min(1).max(2_000).default(600),
  height: z.number().int().min(1).max(2_000).default(400),
  title: z.string().default(''),
  view: z.enum(['timeSeries']).default('timeSeries'),
  stacked: z.boolean().default(false),
  timezone: z
    .string()
    .regex(/^[+-]\d{4}$/)
    .default('+0000'),
  start: z.string().default('-PT3H'),
  end: z.string().default('PT0H'),
  period: Period.optional(),
  region: z.string().optional(),
  stat: Stat.default('Average'),
  yAxis: z.strictObject({ left: Axis.default({}), right: Axis.default({}) }).default({ left: {}, right: {} }),
  legend: z.strictObject({ position: z.enum(['right', 'bottom', 'hidden']) }).optional(),
  liveData: z.boolean().optional(),
  metrics: z.array(z.tuple([]).rest(z.union([z.string(), RowOptions]))).max(100),
  annotations: z
    .strictObject({ horizontal: z.array(Horizontal).default([]), vertical: z.array(Vertical).default([]) })
    .default({ horizontal: [], vertical: [] }),
});

/** A line chart widget with its times in ms. Other views are not supported. */
export type Widget = Omit<z.infer<typeof Widget>, 'start' | 'end'> & {
  readonly from: number;
  readonly to: number;
};

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Metric-Widget-Structure.html */
export function readWidget(json: string): Widget {
  if (Buffer.byteLength(json) > maxBytes) throw invalid('The widget is larger than 100 KB.');
  const parsed = Widget.safeParse(jsonOf(json));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw invalid(`${issue?.message ?? 'Is not valid'} (at /${(issue?.path ?? []).map(String).join('/')})`);
  }
  const { start, end, ...widget } = parsed.data;
  const [from, to] = [timeOf(start), timeOf(end)];
  if (from >= to) throw invalid('The start must be before the end.');
  return { ...widget, from, to };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid('The field MetricWidget must be a valid JSON object.');
  }
}

/** Parses an absolute time such as `2026-11-23T03:00:00.000Z`, or a duration before now such as `-PT3H`. */
function timeOf(text: string): number {
  const [, days = '0', hours = '0', minutes = '0'] =
    /^-?P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?$/.exec(text) ?? [];
  const isRelative = /^-?P/.test(text);
  const at = isRelative
    ? Date.now() - ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60_000
    : Date.parse(text);
  if (Number.isNaN(at)) throw invalid(`'${text}' is neither a time nor a duration.`);
  return at;
}

export function invalid(why: string): AwsError {
  return new AwsError('InvalidParameterInput', `Invalid metric widget definition: ${why}`);
}
