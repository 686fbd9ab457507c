import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { viewProblem } from '../../sandbox/slack/validate-blocks.ts';
import { seal } from '../../src/audit/chain.ts';
import { homeView } from '../../src/bot/views/home.ts';
import { thread } from '../../src/bot/views/thread.ts';
import type { Incident } from '../../src/incidents/incident.ts';
import { playbook } from '../bot/a-playbook.ts';
import { expectHarmless, expectTaken } from '../bot/harmless.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { type ADesk, began, createADesk } from './a-desk.ts';
import { anyMessage } from './poison.ts';

/** Messages of one run: they meet in the same incidents. */
const atOnce = 25;

describe('whatever is sent as an alarm', () => {
  let redis: TestRedis;

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => redis.close());

  function expectShown(incident: Incident): void {
    for (const message of thread(incident, () => playbook, began)) expectTaken(message);
    const shown = { incidents: [{ incident, playbook }], total: 1, deadLetters: 0, channel: 'C0INCIDENT' };
    const home = homeView(shown, began);
    expect(viewProblem(home)).toBeUndefined();
    expectHarmless(home.blocks);
  }

  async function expectSound(here: ADesk, { id }: Incident): Promise<void> {
    const journal = await here.store.journal(id);
    for (const { hash, ...entry } of journal) expect(seal(entry).hash).toBe(hash);
    // However long what was sent is: every step reads the whole journal.
    for (const entry of journal) expect(JSON.stringify(entry).length).toBeLessThan(10_000);
  }

  it.each([
    ['each job in its own thread', undefined],
    ['many jobs in one', { jobs: 3, minutes: 20 }],
  ])('is an incident that Slack takes and that mentions nobody, or is kept; %s', async (_, outages) => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyMessage, { minLength: atOnce, maxLength: atOnce }), async (messages) => {
        await redis.client.flushall();
        const here = createADesk(redis.client, outages === undefined ? {} : { outages });
        let kept = 0;
        for (const [n, body] of messages.entries())
          if ((await here.desk({ id: `m-${n}`, body, path: 'sqs' })) === 'kept') kept += 1;

        expect(await here.deadLetters.count()).toBe(kept);
        for (const incident of await here.all()) {
          expectShown(incident);
          await expectSound(here, incident);
        }
      }),
      { numRuns: 40 },
    );
  });
});
