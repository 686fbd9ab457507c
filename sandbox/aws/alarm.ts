import { account, region } from './arn.ts';

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

export const comparisons = {
  GreaterThanOrEqualToThreshold: 'greater than or equal to',
  GreaterThanThreshold: 'greater than',
  LessThanThreshold: 'less than',
} as const;

/** The metric and threshold of an alarm, with CloudWatch's field names. */
export interface Watch {
  readonly name: string;
  readonly description: string;
  readonly MetricName: string;
  readonly Namespace: string;
  readonly Statistic: 'Average' | 'Maximum' | 'Sum';
  readonly Dimensions: readonly { readonly Name: string; readonly Value: string }[];
  readonly ComparisonOperator: keyof typeof comparisons;
  readonly Threshold: number;
}

const evaluation = { Period: 60, EvaluationPeriods: 1 } as const;

/** A metric alarm and its state. */
export class Alarm {
  readonly watch: Watch;
  state: AlarmState = 'OK';
  reason: string;
  changedAt = Date.now();
  /** Whether state changes are published. */
  readonly notifies: boolean;

  /** Without a value, the state is that of an alarm that was just created. */
  constructor(watch: Watch, value: number | undefined, notifies = true) {
    this.watch = watch;
    this.notifies = notifies;
    if (value === undefined) this.state = 'INSUFFICIENT_DATA';
    this.reason = value === undefined ? 'Unchecked: Initial alarm creation' : this.evaluate(value).reason;
  }

  get name(): string {
    return this.watch.name;
  }

  /** The state after a datapoint, with CloudWatch's reason text. */
  evaluate(value: number): { readonly state: AlarmState; readonly reason: string } {
    const { ComparisonOperator: operator, Threshold: threshold } = this.watch;
    const crossed = {
      GreaterThanOrEqualToThreshold: value >= threshold,
      GreaterThanThreshold: value > threshold,
      LessThanThreshold: value < threshold,
    }[operator];
    return {
      state: crossed ? 'ALARM' : 'OK',
      reason: `Threshold Crossed: 1 datapoint [${decimal(value)}] was ${crossed ? '' : 'not '}${comparisons[operator]} the threshold (${decimal(threshold)}).`,
    };
  }

  describe(): unknown {
    const { name, description, ...metric } = this.watch;
    return {
      AlarmName: name,
      AlarmArn: arn(name),
      AlarmDescription: description,
      StateValue: this.state,
      StateReason: this.reason,
      StateUpdatedTimestamp: this.changedAt / 1000,
      StateTransitionedTimestamp: this.changedAt / 1000,
      ...metric,
      ...evaluation,
      ActionsEnabled: this.notifies,
    };
  }

  /** The JSON that CloudWatch publishes: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html */
  message(before: AlarmState): Record<string, unknown> {
    const { name, description, Statistic, Dimensions, ...metric } = this.watch;
    return {
      AlarmName: name,
      AlarmDescription: description,
      AWSAccountId: account,
      NewStateValue: this.state,
      OldStateValue: before,
      NewStateReason: this.reason,
      StateChangeTime: new Date(this.changedAt).toISOString().replace('Z', '+0000'),
      Region: 'US East (N. Virginia)',
      AlarmArn: arn(name),
      Trigger: {
        ...metric,
        ...evaluation,
        Statistic: Statistic.toUpperCase(),
        Dimensions: Dimensions.map(({ Name, Value }) => ({ name: Name, value: Value })),
      },
    };
  }
}

function arn(name: string): string {
  return `arn:aws:cloudwatch:${region}:${account}:alarm:${name}`;
}

function decimal(value: number): string {
  return Number.isInteger(value) ? value.toFixed(1) : String(value);
}
