import { Agent } from 'node:http';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { atMost, below } from '../../bench/figures.ts';
import { freePort } from '../../sandbox/listen.ts';
import type { RelightProcess } from '../../sandbox/relight-process.ts';
import { failJob, launches } from '../support/aws-ledger.ts';
import { journalsOf } from '../support/journals.ts';
import { slackLedger, waitForButton, waitForRecovery } from '../support/responder.ts';
import { quantile, type SignedRequest, signed } from '../support/slack-requests.ts';
import { createWorld, getJson, goldJob, type World } from '../support/world.ts';
import { report } from './support/figures.ts';
import { genuineRequests, meaninglessBodies, type RequestKind } from './support/genuine-requests.ts';
import { memoryInUse, reportingMemory } from './support/memory-in-use.ts';
import { type Refused, sendRaw } from './support/raw-request.ts';
import type { RawRequest } from './support/request-changes.ts';
import { diceFor, times } from './support/scale.ts';
import { slackForgeries } from './support/slack-forgeries.ts';

const perBatch = times(500, 100);
const batches = times(20, 10);
const count = batches * perBatch;
const seedOf = (dice: () => number): number => Math.floor(dice() * 2 ** 31);

describe('requests to /slack/events of a real process while a change waits for approval', () => {
  let world: World;
  let relight: RelightProcess;
  let origin: string;
  /** Of the button that approves. */
  let value: string;
  const agent = new Agent({ keepAlive: true });

  beforeAll(async () => {
    const port = await freePort();
    origin = `http://127.0.0.1:${port}`;
    world = await createWorld({ slackRequestsTo: `${origin}/slack/events` });
    relight = await world.start('bot', { httpMode: true, port, ...reportingMemory() });
    await world.start('worker', { httpMode: true });
    await failJob(world, goldJob, 'spot-interruption');
    ({ value } = await waitForButton(world, 'step-resumed', 'Resume training'));
  });
  afterAll(async () => {
    agent.destroy();
    await world.close();
  });

  const send = async (raw: RawRequest): Promise<Refused> => sendRaw(origin, agent, raw);
  const sendGenuine = async ({ headers, body }: SignedRequest): Promise<Refused> =>
    send({ headers: { ...headers }, body: Buffer.from(body) });
  const crashes = (): number => world.processes.filter(({ exitCode }) => exitCode() !== null).length;

  /** Everything that a request may cause: an entry of a person, a change in AWS, something shown to a person. */
  async function effects(): Promise<Readonly<Record<string, number>>> {
    const { ephemerals, views } = z
      .object({ ephemerals: z.array(z.unknown()), views: z.array(z.unknown()) })
      .parse(await getJson(`${world.slack.url}/_sandbox/ledger`));
    const entries = (await journalsOf(world)).flat().filter(({ event }) => 'by' in event);
    return {
      entries: entries.length,
      launches: (await launches(world)).length,
      ephemerals: ephemerals.length,
      views: views.length,
      messages: (await slackLedger(world)).messages.length,
    };
  }

  it(`T13: none of ${count} forged, replayed, stale, future-dated and malformed ones is accepted`, async (context) => {
    const { command: accepted } = await genuineRequests(value);
    expect(await sendGenuine(accepted)).toMatchObject({ status: 200 });
    const before = await effects();
    const dice = diceFor('forged');
    const [notRefused, p99s, used]: [string[], number[], number[]] = [[], [], []];

    for (let batch = 0; batch < batches; batch += 1) {
      const fresh = Object.values(await genuineRequests(value));
      const forgeries = slackForgeries({ fresh, accepted, at: Date.now() });
      const took: number[] = [];
      for (const forgery of fc.sample(forgeries, { numRuns: perBatch, seed: seedOf(dice) })) {
        const { status, ms } = await send(forgery);
        took.push(ms);
        if (status < 400 || status >= 500)
          notRefused.push(`${forgery.name}: ${status} ${JSON.stringify(forgery.headers)}`);
      }
      p99s.push(quantile(took, 0.99));
      used.push(await memoryInUse(relight));
    }

    expect(notRefused).toEqual([]);
    expect(await effects()).toEqual(before);
    // Once all caches are filled.
    const growth = (used.at(-1) ?? Number.NaN) - (used[batches / 5] ?? Number.NaN);
    report(
      context,
      atMost(`T13: accepted of ${count} forged Slack requests`, notRefused.length, 0),
      atMost('T13: crashes by forged Slack requests', crashes(), 0),
      // Other work on the machine is not the fault of the endpoint, so the slow batches do not count.
      below(
        'T13: a forged Slack request is refused in (p99 of a quiet batch)',
        quantile(p99s, 0.25),
        20,
        'ms',
        'machine',
      ),
      below('T13: memory that forged Slack requests add', growth / 1e6, 3, 'MB', 'fixed'),
    );
  });

  it('T13: those with a body that Slack never sends, such as `5`, `null` and deep JSON, have no effect even if they are signed', async (context) => {
    const before = await effects();
    const bodies = fc.sample(meaninglessBodies, {
      numRuns: times(1_000, 100),
      seed: seedOf(diceFor('meaningless')),
    });
    // Bolt acknowledges any event, and keeps a request that nobody acknowledges for three seconds.
    await Promise.all(bodies.map(async ([body, type]) => sendGenuine(signed(body, type, Date.now()))));

    expect(await effects()).toEqual(before);
    report(
      context,
      atMost(`T13: crashes by ${bodies.length} meaningless, signed Slack requests`, crashes(), 0),
    );
  });

  it('T14: a valid one that arrives 100 times has one effect', async (context) => {
    const requests = await genuineRequests(value);
    const acceptedOf = async (kind: RequestKind): Promise<number> => {
      // Node closes connections that were idle for 5 s, and a copy that is sent on one at that moment gets no answer.
      agent.destroy();
      const copies = Array.from({ length: 100 }, async () => sendGenuine(requests[kind]));
      const statuses = (await Promise.all(copies)).map(({ status }) => status);
      expect(statuses.filter((status) => status !== 200 && status !== 401)).toEqual([]);
      return statuses.filter((status) => status === 200).length;
    };
    // The click comes last, because nothing waits for approval after it.
    for (const kind of ['submission', 'command', 'shortcut', 'event', 'click'] as const)
      expect(await acceptedOf(kind), kind).toBe(1);
    await waitForRecovery(world);

    const types = (await journalsOf(world)).flat().map(({ event }) => event.type);
    const entries = (type: string): number => types.filter((one) => one === type).length;
    expect([entries('step-approved'), entries('handed-over')]).toEqual([1, 1]);
    report(
      context,
      atMost('T14: launches by a click that arrives 100 times', (await launches(world)).length, 1),
    );
  });
});
