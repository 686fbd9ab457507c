import type { IncidentEvent } from '../../../src/incidents/model/events.ts';
import type { Incident } from '../../../src/incidents/model/incident.ts';
import { createLaunches } from '../../../src/redis/launches.ts';
import {
  type AnAlarmHandler,
  aJobEvent,
  anAlarm,
  began,
  createAnAlarmHandler,
  minute,
} from '../../alarms/an-alarm-handler.ts';
import type { TestRedis } from '../../support/redis.ts';

/** An incident whose recovery is over, and the ways in which news about its jobs arrives. */

export const job = 'srl-rlvr-gold-1';
export const launched = 'srl-rlvr-gold-1-r1-0123456789abcdef';
export const by = { user: 'U0LEAD', via: 'button' } as const;

/** An incident is recovered 20 minutes after its failure, and closed 10 minutes later. */
const recoveredAt = began + 20 * minute;
export const closedAt = began + 30 * minute;
export const arrivesAt = began + 60 * minute;
export const before = recoveredAt - minute;
export const between = recoveredAt + minute;
export const after = closedAt + minute;

type Path = 'sqs' | 'sns' | 'poller';
export type News = (name: string, at: number) => { readonly body: string; readonly path: Path };

function event(path: Path): News {
  return (name, at) => ({ body: aJobEvent('Failed', 'Failed', at, name), path });
}

export const alarm: News = (name, at) => ({ body: anAlarm('ALARM', at, { job: name }), path: 'sqs' });
export const events = [
  ['SageMaker’s event over SQS', event('sqs')],
  ['SageMaker’s event over SNS', event('sns')],
  ['the poller', event('poller')],
] as const;
export const everyPath = [...events, ['a CloudWatch alarm', alarm]] as const;

export class EndedIncident {
  readonly here: AnAlarmHandler;
  readonly #redis: TestRedis;
  id = '';
  #arrived = 0;

  constructor(redis: TestRedis) {
    this.#redis = redis;
    this.here = createAnAlarmHandler(redis.client, {
      outages: { jobs: 3, minutes: 5 },
      classify: () => 'internal',
    });
  }

  async arrives(news: News, name: string, at: number): Promise<void> {
    this.#arrived += 1;
    await this.here.handleAlarm({ id: `m-${this.#arrived}`, ...news(name, at) });
  }

  async load(): Promise<Incident> {
    return this.here.store.load(this.id);
  }

  /** The open incidents beside this one. */
  async others(): Promise<readonly Incident[]> {
    return (await this.here.open()).filter(({ id }) => id !== this.id);
  }

  async #record(at: number, ...recorded: readonly IncidentEvent[]): Promise<void> {
    this.here.clock.at = at;
    for (const one of recorded) await this.here.store.record(this.id, () => [one]);
  }

  /** The job failed, and the incident launched a copy of it. */
  async #opened(): Promise<void> {
    this.here.clock.at = began;
    await this.arrives(event('sqs'), job, began);
    this.id = (await this.here.open())[0]?.id ?? '';
    await createLaunches(this.#redis.client).note(launched, this.id);
    const proposal = { headline: '', request: { TrainingJobName: launched }, differences: [], warnings: [] };
    const step = { step: 'resumed', attempt: 1, hash: 'a1' } as const;
    await this.#record(
      began,
      { type: 'playbook-started', playbook: 'spot-interruption', steps: ['resumed'] },
      { type: 'step-proposed', ...step, proposal, role: 'lead', needs: 1 },
      { type: 'step-approved', ...step, by },
      { type: 'step-begun', ...step },
      { type: 'step-done', step: 'resumed', attempt: 1, result: {} },
    );
  }

  async ended(how: 'recovered' | 'recovered and closed' | 'given up'): Promise<void> {
    await this.#redis.client.flushall();
    await this.#opened();
    if (how !== 'given up') await this.#record(recoveredAt, { type: 'recovered', how: 'it trains' });
    if (how !== 'recovered') await this.#record(closedAt, { type: 'closed', why: 'over' });
    this.here.clock.at = arrivesAt;
  }

  /** Three jobs that failed together, and recovered. */
  async outage(isClosed: boolean): Promise<void> {
    await this.#redis.client.flushall();
    this.here.clock.at = began + minute;
    for (const n of [1, 2, 3]) await this.arrives(event('sqs'), `srl-rlvr-gold-${n}`, began + n * 1_000);
    this.id = (await this.here.open())[0]?.id ?? '';
    await this.#record(recoveredAt, { type: 'recovered', how: 'all train' });
    if (isClosed) await this.#record(closedAt, { type: 'closed', why: 'over' });
    this.here.clock.at = arrivesAt;
  }
}
