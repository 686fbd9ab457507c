import { z } from 'zod';
import { alarmSignal } from './alarm-signal.ts';
import { alarmName, alarmNameIn, eventFields, moment, placeOf, reason } from './fields.ts';
import type { AlarmSignal, Mute } from './signal.ts';

/** SNS writes lower-case names; the API and older messages write capitals. */
const Dimension = z.union([
  z.object({ name: z.string(), value: z.string() }),
  z
    .object({ Name: z.string(), Value: z.string() })
    .transform(({ Name: name, Value: value }) => ({ name, value })),
]);

/** CloudWatch's three states: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricAlarm.html */
const State = z.enum(['OK', 'ALARM', 'INSUFFICIENT_DATA'], {
  error: ({ input }) =>
    input === undefined ? 'is missing' : `is ${JSON.stringify(input)}, which is not a known alarm state`,
});
const attributes = z.record(z.string(), z.string()).default({});

/**
 * An alarm as CloudWatch publishes it to SNS. Composite alarms have no Trigger; metric-math alarms have Metrics; a time
 * series of an alarm over many has AlarmContributorAttributes.
 */
export const SnsAlarm = z
  .object({
    AlarmName: alarmName,
    AlarmArn: z.string().optional(),
    AWSAccountId: z.string().optional(),
    NewStateValue: State,
    NewStateReason: reason,
    StateChangeTime: moment,
    AlarmContributorId: z.string().optional(),
    AlarmContributorAttributes: attributes,
    TriggeringChildren: z.array(z.object({ Arn: z.string() })).default([]),
    Trigger: z
      .object({
        Dimensions: z.array(Dimension).default([]),
        Metrics: z
          .array(
            z.object({
              AccountId: z.string().optional(),
              Expression: z.string().default(''),
              MetricStat: z
                .object({ Metric: z.object({ Dimensions: z.array(Dimension).default([]) }) })
                .optional(),
            }),
          )
          .default([]),
      })
      .default({ Dimensions: [], Metrics: [] }),
  })
  .transform((alarm): AlarmSignal => {
    const { Dimensions: own, Metrics: metrics } = alarm.Trigger;
    const pairs = [...own, ...metrics.flatMap(({ MetricStat: stat }) => stat?.Metric.Dimensions ?? [])];
    return alarmSignal({
      name: alarm.AlarmName,
      arn: alarm.AlarmArn,
      place: placeOf(alarm.AlarmArn, { account: alarm.AWSAccountId }),
      change: { value: alarm.NewStateValue, reason: alarm.NewStateReason, timestamp: alarm.StateChangeTime },
      dimensions: pairs.map(({ name, value }) => [name, value]),
      metrics: metrics.map(({ AccountId: accountId, Expression: expression }) => ({ accountId, expression })),
      ...(alarm.AlarmContributorId !== undefined && { series: alarm.AlarmContributorAttributes }),
      children: alarm.TriggeringChildren.map(({ Arn }) => alarmNameIn(Arn)),
    });
  });

/** The state and the configuration that EventBridge and Lambda both get. */
const alarmDetail = {
  alarmName,
  alarmContributor: z.object({ id: z.string(), attributes }).optional(),
  state: z.object({
    value: State,
    reason,
    reasonData: z.string().optional(),
    timestamp: moment,
    actionsSuppressedBy: z.string().max(64).optional(),
  }),
  muteDetail: z
    .object({ mutedByArn: z.string().max(512).default(''), muteWindowEnd: moment.optional() })
    .optional(),
  configuration: z
    .object({
      metrics: z
        .array(
          z.object({
            accountId: z.string().optional(),
            expression: z.string().default(''),
            metricStat: z.object({ metric: z.object({ dimensions: attributes }) }).optional(),
          }),
        )
        .default([]),
    })
    .default({ metrics: [] }),
};

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html */
export const EventAlarm = z
  .object({
    'detail-type': z.enum(['CloudWatch Alarm State Change', 'CloudWatch Alarm Contributor State Change']),
    ...eventFields,
    detail: z.object(alarmDetail),
  })
  .transform(({ resources: [arn], detail, ...event }) => fromDetail(detail, arn, event));

/** The event of an alarm's Lambda action: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-actions-Lambda.html */
export const LambdaAlarm = z
  .object({
    alarmArn: z.string().optional(),
    accountId: z.string().optional(),
    region: eventFields.region,
    alarmData: z.object(alarmDetail),
  })
  .transform(({ alarmArn, accountId: account, region, alarmData }) =>
    fromDetail(alarmData, alarmArn, { account, region }),
  );

function fromDetail(
  detail: z.infer<z.ZodObject<typeof alarmDetail>>,
  arn: string | undefined,
  stated: Parameters<typeof placeOf>[1],
): AlarmSignal {
  const { alarmName: name, state, configuration, alarmContributor: contributor } = detail;
  const muted = muteIn(detail);
  return alarmSignal({
    name,
    arn,
    place: placeOf(arn, stated),
    change: state,
    dimensions: configuration.metrics.flatMap(({ metricStat: stat }) =>
      Object.entries(stat?.metric.dimensions ?? {}),
    ),
    metrics: configuration.metrics,
    ...(contributor !== undefined && { series: contributor.attributes }),
    children: childrenIn(state.reasonData),
    ...(muted !== undefined && { muted }),
  });
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-mute-rules.html and Create_Composite_Alarm.html, suppression. */
function muteIn({ state, muteDetail: mute }: z.infer<z.ZodObject<typeof alarmDetail>>): Mute | undefined {
  if (mute !== undefined) {
    const { mutedByArn: by, muteWindowEnd: until } = mute;
    return { why: `is muted by ${alarmNameIn(by) || 'a mute rule'}`, ...(until !== undefined && { until }) };
  }
  const { actionsSuppressedBy: by } = state;
  return by === undefined ? undefined : { why: `is suppressed (actionsSuppressedBy: ${by})` };
}

/** Part of a composite alarm's `reasonData`, a JSON string. */
const Triggering = z.object({ triggeringAlarms: z.array(z.object({ arn: z.string() })) });

/** None for metric alarms, whose reason data has another shape. */
function childrenIn(reasonData: string | undefined): readonly string[] {
  try {
    return Triggering.parse(JSON.parse(reasonData ?? '')).triggeringAlarms.map(({ arn }) => alarmNameIn(arn));
  } catch {
    return [];
  }
}
