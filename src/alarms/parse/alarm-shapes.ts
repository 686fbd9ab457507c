import { z } from 'zod';
import { alarmName, alarmNameIn, moment, reason, regionIn } from './fields.ts';
import type { AlarmSignal } from './signal.ts';

const Dimension = z.object({ name: z.string(), value: z.string() });

/** CloudWatch's three states: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricAlarm.html */
const State = z.enum(['OK', 'ALARM', 'INSUFFICIENT_DATA'], {
  error: ({ input }) => `is ${String(input)}, which is not a known alarm state`,
});

/** An alarm as CloudWatch publishes it to SNS. Composite alarms have no Trigger; metric-math alarms have Metrics. */
export const SnsAlarm = z
  .object({
    AlarmName: alarmName,
    AlarmArn: z.string().optional(),
    NewStateValue: State,
    NewStateReason: reason,
    StateChangeTime: moment,
    TriggeringChildren: z.array(z.object({ Arn: z.string() })).default([]),
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
  .transform((alarm): AlarmSignal => {
    const metrics =
      alarm.Trigger?.Metrics.flatMap((metric) => metric.MetricStat?.Metric.Dimensions ?? []) ?? [];
    const dimensions = [...(alarm.Trigger?.Dimensions ?? []), ...metrics];
    return {
      type: 'alarm',
      name: alarm.AlarmName,
      state: alarm.NewStateValue,
      reason: alarm.NewStateReason,
      at: alarm.StateChangeTime,
      dimensions: Object.fromEntries(dimensions.map(({ name, value }) => [name, value])),
      children: alarm.TriggeringChildren.map(({ Arn }) => alarmNameIn(Arn)),
      ...regionIn(alarm.AlarmArn),
      ...(alarm.AlarmArn !== undefined && { arn: alarm.AlarmArn }),
    };
  });

/** Part of a composite alarm's `reasonData`, a JSON string. */
const Triggering = z.object({ triggeringAlarms: z.array(z.object({ arn: z.string() })) });

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html */
export const EventAlarm = z
  .object({
    'detail-type': z.literal('CloudWatch Alarm State Change'),
    resources: z.array(z.string()).default([]),
    detail: z.object({
      alarmName,
      state: z.object({
        value: State,
        reason,
        reasonData: z.string().optional(),
        timestamp: moment,
      }),
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
  .transform(({ resources: [arn], detail }): AlarmSignal => {
    const { alarmName: name, state, configuration } = detail;
    const dimensions = configuration.metrics.flatMap((metric) =>
      Object.entries(metric.metricStat?.metric.dimensions ?? {}),
    );
    return {
      type: 'alarm',
      name,
      state: state.value,
      reason: state.reason,
      at: state.timestamp,
      dimensions: Object.fromEntries(dimensions),
      children: childrenIn(state.reasonData),
      ...regionIn(arn),
      ...(arn !== undefined && { arn }),
    };
  });

/** None for metric alarms, whose reason data has another shape. */
function childrenIn(reasonData: string | undefined): readonly string[] {
  try {
    return Triggering.parse(JSON.parse(reasonData ?? '')).triggeringAlarms.map(({ arn }) => alarmNameIn(arn));
  } catch {
    return [];
  }
}
