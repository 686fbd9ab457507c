import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { incidentFrom } from '../../src/incidents/model/reduce.ts';
import { createDeliver, type Deliver } from '../../src/outbox/deliver.ts';
import type { Message, Urgency } from '../../src/outbox/outbox.ts';
import { createOutboxRows } from '../../src/outbox/rows.ts';
import { anOpening } from '../support/a-journal.ts';
import { FakeChannel } from '../support/fake-channel.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';

const opening = anOpening();
const journal = [{ seq: 0, at: 0, event: opening, prev: '', hash: '' }];
const message = (key: string, renderHash = key, urgency: Message['urgency'] = 'progress'): Message => ({
  key,
  renderHash,
  urgency,
});

describe('the thread in Slack', () => {
  let redis: TestRedis;
  let channel: FakeChannel;
  let now: number;
  let deliver: Deliver;
  let asked: Urgency[];
  let held: number[];

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => redis.close());
  beforeEach(async () => {
    await redis.client.flushall();
    channel = new FakeChannel();
    now = 0;
    asked = [];
    held = [];
    const parts = {
      rows: createOutboxRows(redis.client),
      slackThreads: channel,
      fileRows: { all: async () => new Map() },
      showFiles: async () => undefined,
      limiter: {
        take: async (_: string, urgency: Urgency) => {
          asked.push(urgency);
          return 0;
        },
        pauseFor: async (ms: number) => void held.push(ms),
      },
      clock: { now: () => now },
      load: async () => incidentFrom(journal),
      inDoubt: async () => false,
      filesOf: () => [],
    };
    deliver = createDeliver(parts);
  });

  /** Comes again as often as it is told to, as the queue would, with the clock moved on each time. */
  async function deliverAll(): Promise<void> {
    for (let rounds = 0; rounds < 20; rounds += 1) {
      const wait = await deliver(opening.incident);
      if (wait === 0) return;
      now += wait;
    }
    throw new Error('the outbox never came to rest');
  }

  it('shows the card first, then each step under it, each once', async () => {
    channel.wanted = [message('card'), message('step-a'), message('step-b')];

    await deliverAll();
    await deliverAll();

    expect(channel.posted.map(({ key, root }) => [key, root])).toEqual([
      ['card', undefined],
      ['step-a', '1'],
      ['step-b', '1'],
    ]);
  });

  it('edits changed messages in place, decisions first', async () => {
    channel.wanted = [message('card'), message('step-a')];
    await deliverAll();
    channel.fate.push('busy');
    channel.wanted = [message('card', 'card 2'), message('step-a', 'step-a 2', 'decision')];

    await deliver(opening.incident);
    expect(channel.posted.map(({ text }) => text)).toEqual(['card', 'step-a']);
    await deliverAll();

    expect(channel.posted.map(({ text }) => text)).toEqual(['card 2', 'step-a 2']);
  });

  it('announces a new incident before other updates, and treats messages before a decision as equally urgent', async () => {
    channel.wanted = [message('card'), message('step-a'), message('step-b')];
    await deliverAll();
    expect(asked).toEqual(['announcement', 'progress', 'progress']);

    channel.wanted = [...channel.wanted, message('step-c', 'c', 'result'), message('step-d', 'd', 'awaited')];
    await deliverAll();
    expect(asked.slice(3)).toEqual(['awaited', 'awaited']);
  });

  it('pauses all threads when Slack asks one to wait', async () => {
    channel.wanted = [message('card')];
    channel.fate.push('busy');
    await deliverAll();
    channel.fate.push('busy');
    channel.wanted = [message('card', 'card 2')];
    await deliverAll();

    expect(held).toEqual([40, 40]);
  });

  it.each(['lost-before', 'lost-after', 'busy'] as const)(
    'shows every message exactly once when an answer of Slack is %s',
    async (fate) => {
      channel.wanted = [message('card'), message('step-a'), message('step-b')];
      for (let nth = 0; nth < 4; nth += 1) channel.fate.push(fate);

      await deliverAll();

      expect(channel.posted.map(({ key }) => key)).toEqual(['card', 'step-a', 'step-b']);
    },
  );

  it('posts every message once when four processes deliver the same thread concurrently', async () => {
    channel.wanted = [message('card'), ...Array.from({ length: 10 }, (_, at) => message(`step-${at}`))];

    await Promise.all(Array.from({ length: 4 }, () => deliver(opening.incident)));
    await deliverAll();

    expect(channel.posted).toHaveLength(11);
  });

  it('searches for the message before posting again after a crash between posting and recording it', async () => {
    channel.wanted = [message('card')];
    channel.posted.push({ ts: '1', key: 'card', root: undefined, text: 'card' });
    await createOutboxRows(redis.client).claim(opening.incident, 'card', {
      state: 'claimed',
      ts: '',
      print: '',
      seq: 1,
      lookAt: 15_000,
    });

    expect(await deliver(opening.incident)).toBe(15_000);
    await deliverAll();

    expect(channel.posted).toHaveLength(1);
  });
});
