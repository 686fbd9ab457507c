import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { atMost } from '../../bench/figures.ts';
import { incidentFrom } from '../../src/incidents/model/reduce.ts';
import { createDeliver, type Deliver } from '../../src/outbox/deliver.ts';
import type { Message, SendResult, Thread } from '../../src/outbox/outbox.ts';
import { createOutboxRows } from '../../src/outbox/rows.ts';
import { report } from '../chaos/support/figures.ts';
import { anOpening } from '../support/a-journal.ts';
import { FakeChannel } from '../support/fake-channel.ts';
import { noLimit } from '../support/no-ops.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { seededRandom } from '../support/seeded-random.ts';

const runs = Number(process.env['RACE_RUNS'] ?? 10);
const changes = 200;
const opening = anOpening();
const incident = incidentFrom([{ seq: 0, at: 0, event: opening, prev: '', hash: '' }]);

/** Slack carries updates out in any order, and answers them in any order. */
class ShufflingChannel extends FakeChannel {
  private readonly random: () => number;

  constructor(random: () => number) {
    super();
    this.random = random;
  }

  override readonly render = (thread?: Thread): readonly Message[] => [
    { key: 'card', urgency: 'progress', renderHash: `version ${thread?.seq}` },
  ];

  override readonly update = async (_: Thread, { renderHash }: Message, ts: string): Promise<SendResult> => {
    await this.pause();
    for (const message of this.posted) if (message.ts === ts) message.text = renderHash;
    await this.pause();
    return { kind: 'sent', ts };
  };

  async pause(): Promise<void> {
    for (let turns = Math.floor(this.random() * 8); turns > 0; turns -= 1)
      await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('a message whose state changes 200 times while up to eight processes deliver it at once', () => {
  let redis: TestRedis;

  beforeEach(async () => {
    redis = await startRedis();
  });
  afterEach(async () => redis.close());

  /** Without the lock that keeps processes apart: a process that was suspended holds none when it wakes up. */
  function deliveryOf(channel: ShufflingChannel, version: () => number): Deliver {
    return createDeliver({
      rows: { ...createOutboxRows(redis.client), lock: async () => true },
      slackThreads: channel,
      fileRows: { all: async () => new Map() },
      showFiles: async () => undefined,
      inDoubt: async () => false,
      limiter: noLimit,
      clock: { now: () => 0 },
      load: async () => {
        const loaded = { ...incident, seq: version() };
        await channel.pause();
        return loaded;
      },
      filesOf: () => [],
    });
  }

  it('shows the newest version whenever all of them are done, in every run', async (context) => {
    const stale: string[] = [];
    for (let seed = 1; seed <= runs; seed += 1) {
      await redis.client.flushall();
      const channel = new ShufflingChannel(seededRandom(seed));
      let version = 1;
      const deliver = deliveryOf(channel, () => version);
      await deliver(incident.id);
      const change = async (): Promise<void> => {
        await channel.pause();
        version += 1;
        await deliver(incident.id);
      };
      while (version <= changes) {
        const at = version;
        const racing = at % 3 === 0 ? 8 : 2;
        await Promise.all(Array.from({ length: Math.min(racing, changes + 1 - at) }, change));
        await deliver(incident.id);
        const shown = channel.posted.map(({ text }) => text).join();
        if (shown !== `version ${version}`) stale.push(`seed ${seed}: ${shown}, not version ${version}`);
      }
    }

    expect(stale).toEqual([]);
    report(
      context,
      atMost(`T12: old versions shown after ${changes} racing changes, in ${runs} runs`, stale.length, 0),
    );
  });
});
