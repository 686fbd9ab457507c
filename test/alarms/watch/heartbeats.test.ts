import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createHeartbeatWatch, type Heartbeats } from '../../../src/alarms/watch/heartbeats.ts';
import type { Announcement } from '../../../src/incidents/announcement.ts';
import { createHeartbeats } from '../../../src/redis/last-heard.ts';
import { startRedis, type TestRedis } from '../../support/redis.ts';
import { began, minute } from '../an-alarm-handler.ts';

describe('an alarm source that goes silent', () => {
  let redis: TestRedis;
  let heartbeats: Heartbeats;
  let said: Announcement[];
  let now: number;
  let look: () => Promise<void>;

  const lookFor = async (minutes: number) => {
    for (const end = now + minutes * minute; now < end; now += minute) await look();
  };
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => redis.close());
  beforeEach(async () => {
    await redis.client.flushall();
    now = began;
    said = [];
    heartbeats = createHeartbeats(redis.client);
    look = createHeartbeatWatch({
      heartbeats,
      expected: new Map([
        ['sqs', 5],
        ['poller', 10],
      ]),
      announce: async (announcement) => void said.push(announcement),
      now: () => now,
      log: pino({ level: 'silent' }),
    });
  });

  it('is announced once, with the last time it was heard from and what to check', async () => {
    await heartbeats.beat('sqs', began);
    await heartbeats.beat('poller', began + 60 * minute);
    await lookFor(30);

    expect(said).toMatchObject([
      {
        id: `silent-sqs-${began}`,
        headline: 'No messages from the alarm queue (SQS)',
        lines: [expect.stringContaining('03:00 UTC'), expect.stringContaining('ALARM_QUEUE_URL')],
      },
    ]);
  });

  it('is announced again when it is back and when it goes silent later', async () => {
    await heartbeats.beat('poller', began + 60 * minute);
    await heartbeats.beat('sqs', began);
    await lookFor(10);
    await heartbeats.beat('sqs', now);
    await lookFor(10);

    expect(said.map(({ sign, id }) => [sign, id])).toEqual([
      ['warning', `silent-sqs-${began}`],
      ['done', `heard-sqs-${began}`],
      ['warning', `silent-sqs-${began + 10 * minute}`],
    ]);
  });

  it('counts as heard from at the first check if it was never heard from', async () => {
    await lookFor(5);
    expect(said).toEqual([]);

    await lookFor(10);
    expect(said.map(({ id }) => id)).toEqual([`silent-sqs-${began}`, `silent-poller-${began}`]);
  });
});
