import { escalationRules } from '../../../src/config/escalation-rules.ts';
import { createEscalate } from '../../../src/incidents/charge/escalate.ts';
import { createIncidentStore, type IncidentStore } from '../../../src/incidents/journal/store.ts';
import type { EventOf, IncidentEvent } from '../../../src/incidents/model/events.ts';
import { anOpening } from '../../support/a-journal.ts';
import { exampleSettings } from '../../support/core.ts';
import { chain } from '../../support/proofs.ts';
import { startRedis, type TestRedis } from '../../support/redis.ts';

export const minute = 60_000;
/** The contacts of every tier. */
export const contacts = { users: ['U0BOSS'], groups: ['S0ONCALL'] };
export const by = { user: 'U0RESP', via: 'button' } as const;

type Call = EventOf<'escalated'> & { readonly minute: number };

/** One incident on a simulated clock, and the calls about it. */
export class Clockwork {
  readonly id = anOpening().incident;
  readonly failedAt: number;
  now: number;
  /** When training is predicted to run again. */
  predicted: number | undefined;
  private readonly redis: TestRedis;
  private readonly settings = exampleSettings();

  private constructor(redis: TestRedis, failedAt: number) {
    this.redis = redis;
    this.failedAt = failedAt;
    this.now = failedAt;
  }

  static async start(failedAt = '2026-11-29T01:00:00Z'): Promise<Clockwork> {
    return new Clockwork(await startRedis(), Date.parse(failedAt));
  }

  async open(
    rtoMinutes = 60,
    changes: Parameters<typeof anOpening>[0] = {},
    ...events: IncidentEvent[]
  ): Promise<void> {
    const alarm = { ...anOpening().alarm, at: this.failedAt };
    await this.store().open([anOpening({ rtoMinutes, alarm, ...changes }), ...events]);
  }

  async happens(...events: IncidentEvent[]): Promise<void> {
    await this.store().record(this.id, () => events);
  }

  /** One run as after a restart: nothing is remembered outside Redis. */
  async run(): Promise<void> {
    await createEscalate({
      store: this.store(),
      rulesOf: (tier) => {
        const rules = escalationRules(this.settings, tier, true);
        return { ...rules, people: { ...rules.people, contacts } };
      },
      predictedRecoveryAt: () => this.predicted,
      note: async () => undefined,
      advance: async () => undefined,
      now: () => this.now,
      failed: (_, error) => {
        throw error;
      },
    })();
  }

  /** Runs two workers at once, every 15 seconds until so many minutes after the failure. */
  async until(minutes: number): Promise<void> {
    for (; this.now <= this.failedAt + minutes * minute; this.now += 15_000)
      await Promise.all([this.run(), this.run()]);
  }

  async calls(): Promise<readonly Call[]> {
    return (await this.store().journal(this.id)).flatMap(({ event, at }) =>
      event.type === 'escalated' ? [{ ...event, minute: (at - this.failedAt) / minute }] : [],
    );
  }

  async callsInWords(): Promise<readonly string[]> {
    return (await this.calls()).map(({ level, number, minute: at }) => `${at} ${level} ${number}`);
  }

  async close(): Promise<void> {
    await this.redis.close();
  }

  private store(): IncidentStore {
    return createIncidentStore(this.redis.client, chain, { now: () => this.now });
  }
}
