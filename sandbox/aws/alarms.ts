import { z } from 'zod';
import { AwsError } from './answers.ts';
import type { Job } from './job.ts';

interface Alarm {
  readonly name: string;
  readonly job: string;
  state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
  reason: string;
  changedAt: number;
}

/** Called when an alarm goes from one state to another, as CloudWatch calls its actions. */
export type AlarmAction = (message: Record<string, unknown>) => void;

const region = 'us-east-1';
const account = '123456789012';
const metric = { MetricName: 'TrainingJobInterrupted', Namespace: 'SRL/Training' } as const;
const rule = {
  Period: 60,
  EvaluationPeriods: 1,
  ComparisonOperator: 'GreaterThanOrEqualToThreshold',
  Threshold: 1,
} as const;

export const DescribeAlarmsInput = z.object({
  AlarmNames: z.array(z.string()).optional(),
  AlarmNamePrefix: z.string().default(''),
  StateValue: z.string().optional(),
});
export const SetAlarmStateInput = z.object({
  AlarmName: z.string(),
  StateValue: z.enum(['OK', 'ALARM', 'INSUFFICIENT_DATA']),
  StateReason: z.string(),
});

/** One alarm for each job on the metric that its team publishes: 1 while the job is broken. */
export class Alarms {
  private readonly byName = new Map<string, Alarm>();
  private readonly action: AlarmAction;

  constructor(action: AlarmAction) {
    this.action = action;
  }

  /** The job's metric has a new value. */
  evaluate(job: Job): void {
    const alarm = this.of(job);
    const broken = job.status === 'Failed' || job.secondary === 'MaxWaitTimeExceeded';
    if (broken)
      this.become(
        alarm,
        'ALARM',
        'Threshold Crossed: 1 datapoint [1.0] was greater than or equal to the threshold (1.0).',
      );
    else if (job.secondary === 'Training')
      this.become(
        alarm,
        'OK',
        'Threshold Crossed: 1 datapoint [0.0] was not greater than or equal to the threshold (1.0).',
      );
  }

  describe({ AlarmNames, AlarmNamePrefix, StateValue }: z.infer<typeof DescribeAlarmsInput>): unknown {
    const found = [...this.byName.values()].filter(
      ({ name, state }) =>
        (AlarmNames?.includes(name) ?? name.startsWith(AlarmNamePrefix)) && (StateValue ?? state) === state,
    );
    return { MetricAlarms: found.map(described), CompositeAlarms: [] };
  }

  /** The way to try an alarm out: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_SetAlarmState.html */
  set({ AlarmName, StateValue, StateReason }: z.infer<typeof SetAlarmStateInput>): void {
    const alarm = this.byName.get(AlarmName);
    if (alarm === undefined)
      throw new AwsError('ResourceNotFound', `The alarm ${AlarmName} does not exist`, 404);
    this.become(alarm, StateValue, StateReason);
  }

  private of(job: Job): Alarm {
    const name = `TrainingJobInterrupted-${job.name}`;
    const alarm = this.byName.get(name) ?? {
      name,
      job: job.name,
      state: 'OK',
      reason: 'Threshold Crossed: 1 datapoint [0.0] was not greater than or equal to the threshold (1.0).',
      changedAt: Date.now(),
    };
    this.byName.set(name, alarm);
    return alarm;
  }

  private become(alarm: Alarm, state: Alarm['state'], reason: string): void {
    if (alarm.state === state) return;
    const before = alarm.state;
    Object.assign(alarm, { state, reason, changedAt: Date.now() });
    this.action(message(alarm, before));
  }
}

function dimensions(alarm: Alarm): { name: string; value: string }[] {
  return [{ name: 'Host', value: `${alarm.job}/algo-1` }];
}

function arn({ name }: Alarm): string {
  return `arn:aws:cloudwatch:${region}:${account}:alarm:${name}`;
}

function described(alarm: Alarm): unknown {
  return {
    AlarmName: alarm.name,
    AlarmArn: arn(alarm),
    StateValue: alarm.state,
    StateReason: alarm.reason,
    StateUpdatedTimestamp: alarm.changedAt / 1000,
    ...metric,
    ...rule,
    Statistic: 'Maximum',
    ActionsEnabled: true,
    Dimensions: dimensions(alarm).map(({ name, value }) => ({ Name: name, Value: value })),
  };
}

/** The JSON that CloudWatch publishes: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html */
function message(alarm: Alarm, before: Alarm['state']): Record<string, unknown> {
  return {
    AlarmName: alarm.name,
    AlarmDescription: 'The training job does not train',
    AWSAccountId: account,
    NewStateValue: alarm.state,
    OldStateValue: before,
    NewStateReason: alarm.reason,
    StateChangeTime: new Date(alarm.changedAt).toISOString().replace('Z', '+0000'),
    Region: 'US East (N. Virginia)',
    AlarmArn: arn(alarm),
    Trigger: { ...metric, ...rule, Statistic: 'MAXIMUM', Dimensions: dimensions(alarm) },
  };
}
