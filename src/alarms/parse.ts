import { z } from 'zod';

/** What came in, in one shape whatever carried it. */
export type Signal =
  | {
      readonly type: 'alarm';
      readonly name: string;
      readonly state: string;
      readonly reason: string;
      readonly at: number;
      readonly dimensions: Readonly<Record<string, string>>;
    }
  | {
      readonly type: 'training-job';
      readonly job: string;
      readonly status: string;
      readonly secondaryStatus: string;
      readonly failureReason: string;
      readonly spot: boolean;
      /** The secondary statuses that the job went through, oldest first. */
      readonly statuses: readonly string[];
      readonly at: number;
    };

/** `unreadable`: say why and keep the message; nothing that arrives is dropped. */
export type Parsed = { readonly signal: Signal } | { readonly unreadable: string };

const moment = z
  .union([z.string(), z.number()])
  .transform((value) =>
    typeof value === 'number' || /^\d+$/.test(value) ? Number(value) : Date.parse(value),
  )
  .refine((ms) => Number.isFinite(ms), 'is no time');

const Dimension = z.object({ name: z.string(), value: z.string() });

/** https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html */
const Envelope = z.object({ Type: z.literal('Notification'), Message: z.string() });

/** The alarm as CloudWatch publishes it to SNS; composite alarms have no Trigger, metric-math alarms have Metrics. */
const SnsAlarm = z
  .object({
    AlarmName: z.string(),
    NewStateValue: z.string(),
    NewStateReason: z.string().default(''),
    StateChangeTime: moment,
    Trigger: z
      .object({
        Dimensions: z.array(Dimension).default([]),
        Metrics: z
          .array(
            z.object({
              MetricStat: z
                .object({ Metric: z.object({ Dimensions: z.array(Dimension).default([]) }) })
                .optional(),
            }),
          )
          .default([]),
      })
      .optional(),
  })
  .transform((alarm): Signal => {
    const metrics =
      alarm.Trigger?.Metrics.flatMap((metric) => metric.MetricStat?.Metric.Dimensions ?? []) ?? [];
    return {
      type: 'alarm',
      name: alarm.AlarmName,
      state: alarm.NewStateValue,
      reason: alarm.NewStateReason,
      at: alarm.StateChangeTime,
      dimensions: named([...(alarm.Trigger?.Dimensions ?? []), ...metrics]),
    };
  });

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html */
const EventAlarm = z
  .object({
    'detail-type': z.literal('CloudWatch Alarm State Change'),
    detail: z.object({
      alarmName: z.string(),
      state: z.object({ value: z.string(), reason: z.string().default(''), timestamp: moment }),
      configuration: z
        .object({
          metrics: z
            .array(
              z.object({
                metricStat: z
                  .object({ metric: z.object({ dimensions: z.record(z.string(), z.string()).default({}) }) })
                  .optional(),
              }),
            )
            .default([]),
        })
        .default({ metrics: [] }),
    }),
  })
  .transform(({ detail }): Signal => {
    const dimensions = Object.assign(
      {},
      ...detail.configuration.metrics.map((metric) => metric.metricStat?.metric.dimensions ?? {}),
    );
    return {
      type: 'alarm',
      name: detail.alarmName,
      state: detail.state.value,
      reason: detail.state.reason,
      at: detail.state.timestamp,
      dimensions,
    };
  });

/** https://docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html : times are epoch milliseconds. */
const TrainingJobEvent = z
  .object({
    'detail-type': z.literal('SageMaker Training Job State Change'),
    time: moment,
    detail: z.object({
      TrainingJobName: z.string(),
      TrainingJobStatus: z.string(),
      SecondaryStatus: z.string().default(''),
      FailureReason: z.string().default(''),
      EnableManagedSpotTraining: z.boolean().default(false),
      SecondaryStatusTransitions: z.array(z.object({ Status: z.string() })).default([]),
      TrainingEndTime: moment.optional(),
      LastModifiedTime: moment.optional(),
    }),
  })
  .transform(
    ({ time, detail }): Signal => ({
      type: 'training-job',
      job: detail.TrainingJobName,
      status: detail.TrainingJobStatus,
      secondaryStatus: detail.SecondaryStatus,
      failureReason: detail.FailureReason,
      spot: detail.EnableManagedSpotTraining,
      statuses: detail.SecondaryStatusTransitions.map(({ Status }) => Status),
      at: detail.TrainingEndTime ?? detail.LastModifiedTime ?? time,
    }),
  );

/** Reads a queue message: an SNS envelope around an alarm or event, or the alarm or event by itself. */
export function parseSignal(body: string): Parsed {
  const outer = readJson(body);
  if (outer === undefined) return { unreadable: 'the message is not JSON' };
  const envelope = Envelope.safeParse(outer);
  const inner = envelope.success ? readJson(envelope.data.Message) : outer;
  if (inner === undefined) return { unreadable: 'the SNS message does not contain JSON' };
  const shape = shapeOf(inner);
  if (shape === undefined)
    return { unreadable: 'neither a CloudWatch alarm nor a SageMaker training job event' };
  const parsed = shape.safeParse(inner);
  return parsed.success
    ? { signal: parsed.data }
    : { unreadable: z.prettifyError(parsed.error).replaceAll(/\s+/g, ' ') };
}

function shapeOf(value: unknown): z.ZodType<Signal> | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if ('AlarmName' in value) return SnsAlarm;
  if (!('detail-type' in value)) return undefined;
  return [EventAlarm, TrainingJobEvent].find(
    (shape) => shape.in.shape['detail-type'].value === value['detail-type'],
  );
}

function named(dimensions: readonly { name: string; value: string }[]): Record<string, string> {
  return Object.fromEntries(dimensions.map(({ name, value }) => [name, value]));
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
