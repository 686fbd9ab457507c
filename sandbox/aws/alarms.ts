import { z } from 'zod';
import { Alarm, type AlarmState, comparisons, type Watch } from './alarm.ts';
import type { Job } from './job.ts';
import { AwsError } from './responses.ts';

/** Called when an alarm changes its state, like a CloudWatch alarm action. */
export type AlarmAction = (message: Record<string, unknown>) => void;

export const DescribeAlarmsInput = z.object({
  AlarmNames: z.array(z.string()).optional(),
  AlarmNamePrefix: z.string().default(''),
  StateValue: z.string().optional(),
  MaxRecords: z.number().int().min(1).max(100).default(50),
  NextToken: z.string().optional(),
});
/** Only the fields that the stand-in's alarms use. */
export const PutMetricAlarmInput = z.object({
  AlarmName: z.string().min(1).max(255),
  AlarmDescription: z.string().default(''),
  MetricName: z.string(),
  Namespace: z.string(),
  Statistic: z.enum(['Average', 'Maximum', 'Sum']),
  Dimensions: z.array(z.object({ Name: z.string(), Value: z.string() })).default([]),
  ComparisonOperator: z.enum(Object.keys(comparisons) as [keyof typeof comparisons]),
  Threshold: z.number(),
  ActionsEnabled: z.boolean().default(true),
  AlarmActions: z.array(z.string()).default([]),
});
export const SetAlarmStateInput = z.object({
  AlarmName: z.string(),
  StateValue: z.enum(['OK', 'ALARM', 'INSUFFICIENT_DATA']),
  StateReason: z.string(),
});

/** One alarm per job on the metric that its team publishes (1 while the job is broken), plus the alarms of endpoints. */
export class Alarms {
  private readonly byName = new Map<string, Alarm>();
  private readonly action: AlarmAction;

  constructor(action: AlarmAction) {
    this.action = action;
  }

  /** Evaluates the alarm of a job after its metric has changed. */
  evaluate(job: Job): void {
    const watch = ofJob(job.name);
    if (!this.byName.has(watch.name)) this.add(watch, 0);
    if (job.status === 'Failed' || job.secondary === 'MaxWaitTimeExceeded') this.update(watch.name, 1);
    else if (job.secondary === 'Training') this.update(watch.name, 0);
  }

  /** Adds an alarm whose metric currently has this value. */
  add(watch: Watch, value: number): void {
    this.byName.set(watch.name, new Alarm(watch, value));
  }

  /** Evaluates an alarm with a new value of its metric. */
  update(name: string, value: number): void {
    const alarm = this.find(name);
    const { state, reason } = alarm.evaluate(value);
    this.changeState(alarm, state, reason);
  }

  /** An alarm without an action publishes nothing and is visible only through DescribeAlarms. */
  put(input: z.infer<typeof PutMetricAlarmInput>): void {
    const { AlarmName: name, AlarmDescription: description, ActionsEnabled, AlarmActions, ...watch } = input;
    const notifies = ActionsEnabled && AlarmActions.length > 0;
    this.byName.set(name, new Alarm({ name, description, ...watch }, undefined, notifies));
  }

  describe(input: z.infer<typeof DescribeAlarmsInput>): unknown {
    const { AlarmNames, AlarmNamePrefix, StateValue, MaxRecords, NextToken = '0' } = input;
    const found = [...this.byName.values()].filter(
      ({ name, state }) =>
        (AlarmNames?.includes(name) ?? name.startsWith(AlarmNamePrefix)) && (StateValue ?? state) === state,
    );
    const end = Number(NextToken) + MaxRecords;
    return {
      MetricAlarms: found.slice(Number(NextToken), end).map((alarm) => alarm.describe()),
      CompositeAlarms: [],
      ...(end < found.length && { NextToken: String(end) }),
    };
  }

  /** Sets the state to test an alarm: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_SetAlarmState.html */
  set({ AlarmName, StateValue, StateReason }: z.infer<typeof SetAlarmStateInput>): void {
    this.changeState(this.find(AlarmName), StateValue, StateReason);
  }

  unknown(names: readonly string[]): readonly string[] {
    return names.filter((name) => !this.byName.has(name));
  }

  /** The first of these alarms that is in ALARM. */
  firstInAlarm(names: readonly string[]): string | undefined {
    return names.find((name) => this.byName.get(name)?.state === 'ALARM');
  }

  private find(name: string): Alarm {
    const alarm = this.byName.get(name);
    if (alarm === undefined) throw new AwsError('ResourceNotFound', `The alarm ${name} does not exist`, 404);
    return alarm;
  }

  private changeState(alarm: Alarm, state: AlarmState, reason: string): void {
    if (alarm.state === state) return;
    const before = alarm.state;
    Object.assign(alarm, { state, reason, changedAt: Date.now() });
    if (alarm.notifies) this.action(alarm.message(before));
  }
}

function ofJob(job: string): Watch {
  return {
    name: `TrainingJobInterrupted-${job}`,
    description: 'The training job does not train',
    MetricName: 'TrainingJobInterrupted',
    Namespace: 'SRL/Training',
    Statistic: 'Maximum',
    Dimensions: [{ Name: 'Host', Value: `${job}/algo-1` }],
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    Threshold: 1,
  };
}
