import type { PolledState } from '../../src/alarms/ports.ts';
import { OpsError } from '../../src/errors.ts';
import { aJobEvent, anAlarm } from './an-alarm-handler.ts';

interface Broke {
  readonly job: string;
  readonly at: number;
  readonly status?: string;
  readonly secondary?: string;
}

/** SageMaker and CloudWatch on the clock of the alarm handler: their state up to now, and a count of calls. */
export class SimulatedAws implements PolledState {
  readonly clock: { at: number };
  jobs: readonly Broke[] = [];
  alarms: readonly { readonly name: string; readonly state: 'OK' | 'ALARM'; readonly at: number }[] = [];
  down = false;
  /** CloudWatch denies calls, SageMaker does not. */
  alarmsDenied = false;
  /** The duration of each call. */
  answersInMs = 0;
  described = 0;

  constructor(clock: { at: number }) {
    this.clock = clock;
  }

  async jobsChangedSince(since: number) {
    const now = this.answer();
    return this.jobs
      .filter(({ at }) => at <= now && at > since)
      .map(({ job, at, status = 'Failed', secondary = status }) => ({
        job,
        status,
        secondaryStatus: secondary,
        changedAt: at,
      }));
  }

  async jobEvent(name: string) {
    this.answer();
    this.described += 1;
    const found = this.jobs.find(({ job }) => job === name);
    const { at = 0, status = 'Failed', secondary = status } = found ?? {};
    return aJobEvent(status, secondary, at, name);
  }

  async raisedAlarms() {
    return this.alarmsWhere(({ state }) => state === 'ALARM');
  }

  async alarmsNamed(names: readonly string[]) {
    return this.alarmsWhere(({ name }) => names.includes(name));
  }

  private alarmsWhere(wanted: (alarm: SimulatedAws['alarms'][number]) => boolean) {
    if (this.alarmsDenied) throw new OpsError('aws-denied', 'cloudwatch:DescribeAlarms');
    const now = this.answer();
    return this.alarms
      .filter((alarm) => alarm.at <= now && wanted(alarm))
      .map(({ name, state, at }) => ({
        name,
        subject: name,
        state,
        changedAt: at,
        body: anAlarm(state, at, { name }),
      }));
  }

  /** The time that the response describes. */
  private answer(): number {
    if (this.down) throw new OpsError('aws-throttled', 'Rate exceeded');
    const asked = this.clock.at;
    this.clock.at += this.answersInMs;
    return asked;
  }
}
