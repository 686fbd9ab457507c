import { account, region } from './arn.ts';

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

export const comparisons = {
  GreaterThanOrEqualToThreshold: 'greater than or equal to',
  GreaterThanThreshold: 'greater than',
  LessThanThreshold: 'less than',
} as const;

/** What an alarm watches, under CloudWatch's own names. */
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

const rhythm = { Period: 60, EvaluationPeriods: 1 } as const;

/** A metric alarm and the state it is in. */
export class Alarm {
  readonly watch: Watch;
  state: AlarmState = 'OK';
  reason: string;
  changedAt = Date.now();
  /** Whether its changes are published. */
  readonly notifies: boolean;

  /** Without a value: as an alarm is when it has just been made. */
  constructor(watch: Watch, value: number | undefined, notifies = true) {
    this.watch = watch;
    this.notifies = notifies;
    if (value === undefined) this.state = 'INSUFFICIENT_DATA';
    this.reason = value === undefined ? 'Unchecked: Initial alarm creation' : this.verdict(value).reason;
  }

  get name(): string {
    return this.watch.name;
  }

  /** The state that a datapoint puts the alarm into, in CloudWatch's words. */
  verdict(value: number): { readonly state: AlarmState; readonly reason: string } {
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
    const { name, description, ...watched } = this.watch;
    return {
      AlarmName: name,
      AlarmArn: arn(name),
      AlarmDescription: description,
      StateValue: this.state,
      StateReason: this.reason,
      StateUpdatedTimestamp: this.changedAt / 1000,
      StateTransitionedTimestamp: this.changedAt / 1000,
      ...watched,
      ...rhythm,
      ActionsEnabled: this.notifies,
    };
  }

  /** The JSON that CloudWatch publishes: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html */
  message(before: AlarmState): Record<string, unknown> {
    const { name, description, Statistic, Dimensions, ...watched } = this.watch;
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
        ...watched,
        ...rhythm,
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
