import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { thread } from '../../../src/bot/views/thread.ts';
import { peopleToTake, takeMinutes } from '../../../src/config/charge-settings.ts';
import { createTakeReminders } from '../../../src/incidents/charge/take-reminder.ts';
import { createIncidentStore, type IncidentStore } from '../../../src/incidents/journal/store.ts';
import type { IncidentEvent } from '../../../src/incidents/model/events.ts';
import { anOpening } from '../../support/a-journal.ts';
import { exampleSettings } from '../../support/core.ts';
import { chain } from '../../support/proofs.ts';
import { startRedis, type TestRedis } from '../../support/redis.ts';

const minute = 60_000;
const settings = exampleSettings();

describe('an incident that nobody has taken', () => {
  const { incident: id } = anOpening();
  let redis: TestRedis;
  let now: number;

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => redis.close());
  beforeEach(async () => {
    await redis.client.flushall();
    now = 2_000_000;
  });

  const openStore = (): IncidentStore => createIncidentStore(redis.client, chain, { now: () => now });
  /** As after a restart: nothing is remembered outside Redis. */
  const remind = async (): Promise<void> =>
    createTakeReminders({
      store: openStore(),
      minutesOf: (tier) => takeMinutes(settings, tier),
      callFor: (number) => peopleToTake(settings, number),
      advance: async () => undefined,
      now: () => now,
      failed: (_, error) => {
        throw error;
      },
    })();
  const reminders = async (): Promise<readonly IncidentEvent[]> =>
    (await openStore().journal(id)).map(({ event }) => event).filter(({ type }) => type === 'take-reminded');
  const opened = async (...events: IncidentEvent[]): Promise<void> =>
    void (await openStore().open([anOpening(), ...events]));

  it('calls the responders after five minutes of a gold incident, then the leads too, and no more than three times', async () => {
    await opened();
    now += 5 * minute - 1;
    await remind();
    expect(await reminders()).toEqual([]);

    for (let passed = 0; passed < 30; passed += 1) {
      now += minute;
      await Promise.all([remind(), remind()]);
    }

    expect(await reminders()).toMatchObject([
      { number: 1, call: { groups: ['S0RESPOND'], users: [] } },
      { number: 2, call: { groups: ['S0RESPOND', 'S0LEADS'] } },
      { number: 3 },
    ]);
  });

  it('mentions the user group in its thread, and says who has it once somebody does', async () => {
    await opened();
    now += 6 * minute;
    await remind();
    const messages = async (): Promise<string> =>
      JSON.stringify(thread(await openStore().load(id), () => undefined, now));

    expect(await messages()).toContain('for 6 min. <!subteam^S0RESPOND>: press *Take*');

    const by = { user: 'U0RESP', via: 'button' } as const;
    await openStore().record(id, () => [{ type: 'taken', by }]);
    expect(await messages()).not.toContain('<!subteam');
    expect(await messages()).toContain('<@U0RESP> has it now');
  });

  it.each<[string, IncidentEvent[]]>([
    ['was taken', [{ type: 'taken', by: { user: 'U0RESP', via: 'button' } }]],
    ['is held back', [{ type: 'held', hold: 'window-1', name: 'Upgrade', until: 90_000_000 }]],
    ['has recovered', [{ type: 'recovered', how: 'it trains' }]],
    ['is closed', [{ type: 'closed', why: 'nothing broke' }]],
  ])('is not announced again when it %s', async (_, events) => {
    await opened(...events);
    now += 60 * minute;

    await remind();

    expect(await reminders()).toEqual([]);
  });

  it('counts from the settings of its tier: a twelfth of the RTO, or `take_minutes`', () => {
    const { gold } = settings.tiers;
    if (gold === undefined) throw new Error('relight.example.yaml has no tier gold');
    const custom = { tiers: { gold: { ...gold, take_minutes: 2 } } };

    expect(['gold', 'silver', 'bronze'].map((tier) => takeMinutes(settings, tier))).toEqual([5, 10, 20]);
    expect(takeMinutes(custom, 'gold')).toBe(2);
  });
});
