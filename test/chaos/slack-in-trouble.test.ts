import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { atMost, below } from '../../bench/figures.ts';
import { freePort } from '../../sandbox/listen.ts';
import { getJson, postJson, type World } from '../support/world.ts';
import { brokenJobs } from './support/broken-jobs.ts';
import { report } from './support/figures.ts';
import { type Fleet, startFleet } from './support/fleet.ts';
import { judge } from './support/oracle.ts';
import { times } from './support/scale.ts';

/** In each thread the card comes first, then the steps in their order. */
const Ledger = z.object({
  messages: z.array(
    z.object({
      ts: z.string(),
      thread_ts: z.string().optional(),
      metadata: z.object({ event_payload: z.object({ incident: z.string(), key: z.string() }) }).optional(),
    }),
  ),
  early: z.array(z.unknown()),
});

describe('threads of many recoveries while Slack rate-limits, fails and drops answers', () => {
  let fleet: Fleet;

  afterEach(async () => fleet.world.close());

  it('show every message once and in order within 90 s of the end of it, and Retry-After is kept', async (context) => {
    const jobs = brokenJobs(times(40, 8), ['spot-interruption', 'disk-full', 'training-hang']);
    fleet = await startFleet(jobs, { open: 25 });
    const { world, crew, workUntil } = fleet;
    const port = await freePort();
    await Promise.all([world.start('bot', { port }), world.start('worker')]);
    for (const fault of [
      { kind: 'drop-after', every: 4 },
      { kind: 'error', every: 5 },
      { kind: 'drop-before', every: 7 },
      { kind: 'ratelimited', every: 11, retryAfter: 3 },
    ])
      await postJson(`${world.slack.url}/_sandbox/faults`, { ...fault, count: 1_000_000 });

    const over = performance.now() + times(60_000, 20_000);
    await workUntil(() => performance.now() > over, 'the end of the trouble', 120_000);
    await fetch(`${world.slack.url}/_sandbox/faults`, { method: 'DELETE' });
    const healed = performance.now();
    await workUntil(async () => (await cards(world)) >= jobs.length, 'all cards', 300_000);
    const cardsAfter = secondsSince(healed);
    await workUntil(
      async () => (await longestWait(port)) < secondsSince(healed),
      'every message that waited',
      300_000,
    );
    const allAfter = secondsSince(healed);
    await workUntil(crew.areDone, 'the recoveries', 600_000);

    const { messages, early } = Ledger.parse(await getJson(`${world.slack.url}/_sandbox/ledger`));
    const verdict = await judge(world, jobs);
    expect(verdict).toEqual({ duplicates: [], missing: [], doubleMessages: [], corruption: [] });
    expect(early).toEqual([]);
    const what = `T10: ${jobs.length} threads, Slack answers with 429 and 5xx and drops answers`;
    report(
      context,
      atMost(`${what}: messages posted twice`, verdict.doubleMessages.length, 0),
      atMost(`${what}: threads whose messages are out of order`, outOfOrder(messages).length, 0),
      atMost(`${what}: calls before Retry-After was over`, early.length, 0),
      below(`${what}: until every card is shown`, cardsAfter, 90, 's', 'machine'),
      below(`${what}: until every message that waited is shown`, allAfter, 90, 's', 'machine'),
    );
  });
});

function secondsSince(at: number): number {
  return (performance.now() - at) / 1_000;
}

/** Seconds that a thread has waited for its messages. A thread that waited during the trouble has waited longer than that. */
async function longestWait(port: number): Promise<number> {
  const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const seconds = /^relight_outbox_oldest_seconds (\S+)$/m.exec(metrics)?.[1];
  if (seconds === undefined) throw new Error('/metrics has no relight_outbox_oldest_seconds');
  return Number(seconds);
}

async function cards(world: World): Promise<number> {
  const { messages } = Ledger.parse(await getJson(`${world.slack.url}/_sandbox/ledger`));
  return messages.filter(({ metadata }) => metadata?.event_payload.key === 'card').length;
}

const order = ['card', 'diagnosis', 'checkpoint', 'validation', 'resumed', 'training', 'document'];

/** Threads in which a message stands above one that comes before it. */
function outOfOrder(messages: z.infer<typeof Ledger>['messages']): readonly string[] {
  const threads = new Map<string, number[]>();
  for (const { metadata } of messages.toSorted((one, other) => Number(one.ts) - Number(other.ts))) {
    const { incident = '', key = '' } = metadata?.event_payload ?? {};
    const at = order.indexOf(key.replace(/^step-/, ''));
    if (at >= 0) threads.set(incident, [...(threads.get(incident) ?? []), at]);
  }
  return [...threads].flatMap(([incident, places]) =>
    places.some((place, index) => index > 0 && place < (places[index - 1] ?? 0)) ? [incident] : [],
  );
}
