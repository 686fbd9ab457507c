import fc from 'fast-check';
import type { Redis } from 'ioredis';
import { expect } from 'vitest';
import { viewProblem } from '../../sandbox/slack/validate-blocks.ts';
import type { AlarmOutcome } from '../../src/alarms/handle-alarm.ts';
import type { AlarmRule } from '../../src/alarms/rules.ts';
import { seal } from '../../src/audit/chain.ts';
import { homeView } from '../../src/bot/views/home/home.ts';
import { thread } from '../../src/bot/views/thread.ts';
import type { Incident } from '../../src/incidents/model/incident.ts';
import type { OutageLimits } from '../../src/incidents/outage/failing-jobs.ts';
import { playbook } from '../bot/a-playbook.ts';
import { expectHarmless, expectTaken } from '../bot/harmless.ts';
import { type AnAlarmHandler, began, createAnAlarmHandler } from './an-alarm-handler.ts';
import { anyMessage, kinds, text } from './poison.ts';

/** Messages per run, so that they share incidents. */
const atOnce = 25;

const byTag: AlarmRule = { alarm: 'Tagged*', kind: 'data', job: { tag: 'job' }, where: 'here' };
const tags = fc.oneof(fc.constant('srl-rlvr-gold-1'), text).map((job) => ({ job }));

export interface Poisoned {
  /** The number of messages per outcome. */
  readonly counts: ReadonlyMap<AlarmOutcome, number>;
  /** The kinds of poison in messages that were accepted. */
  readonly taken: ReadonlySet<string>;
}

/** Every message either becomes an incident that Slack accepts and that mentions nobody, or is kept as a dead letter. */
export async function takePoison(
  redis: Redis,
  { messages, outages }: { readonly messages: number; readonly outages?: OutageLimits | undefined },
): Promise<Poisoned> {
  const counts = new Map<AlarmOutcome, number>();
  const taken = new Set<string>();
  const some = fc.array(anyMessage, { minLength: atOnce, maxLength: atOnce });
  await fc.assert(
    fc.asyncProperty(some, tags, async (all, tagged) => {
      await redis.flushall();
      const changes = { rules: [byTag], tags: tagged };
      const here = createAnAlarmHandler(redis, outages === undefined ? changes : { ...changes, outages });
      let kept = 0;
      for (const [n, body] of all.entries()) {
        const outcome = await here.handleAlarm({ id: `m-${n}`, body, path: 'sqs' });
        counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
        if (outcome === 'kept') kept += 1;
        else for (const [kind, isOf] of Object.entries(kinds)) if (isOf(body)) taken.add(kind);
      }

      expect(await here.deadLetters.count()).toBe(kept);
      for (const incident of await here.all()) {
        expectShown(incident);
        await expectSound(here, incident);
      }
    }),
    { numRuns: messages / atOnce },
  );
  return { counts, taken };
}

function expectShown(incident: Incident): void {
  for (const message of thread(incident, () => playbook, began)) expectTaken(message);
  const shown = {
    incidents: [{ incident, playbook }],
    total: 1,
    deadLetters: 0,
    unreadable: [],
    muted: [],
    user: 'U0LEAD',
    awaiting: [],
    figures: undefined,
    channel: 'C0INCIDENT',
  };
  const home = homeView(shown, began);
  expect(viewProblem(home)).toBeUndefined();
  expectHarmless(home.blocks);
}

async function expectSound(here: AnAlarmHandler, { id }: Incident): Promise<void> {
  const journal = await here.store.journal(id);
  for (const { hash, proof: _proof, ...entry } of journal) expect(seal(entry).hash).toBe(hash);
  // Every step reads the whole journal, so its size must stay bounded.
  for (const entry of journal) expect(JSON.stringify(entry).length).toBeLessThan(10_000);
}
