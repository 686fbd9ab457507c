import { Worker } from 'bullmq';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLog } from '../../src/log.ts';
import { queues } from '../../src/queue/jobs.ts';
import { createProducer, type Producer } from '../../src/queue/producer.ts';
import { keyPrefix } from '../../src/redis/keys.ts';
import { payloads } from '../support/proofs.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { until } from '../support/until.ts';

const step = { incident: 'rl-test1234', step: 'training', attempt: 1, phase: 'look' } as const;

describe('a step whose job Redis lost while a worker ran it', () => {
  let redis: TestRedis;
  let producer: Producer;
  let worker: Worker;
  let runs = 0;
  let letGo: () => void = () => undefined;

  beforeEach(async () => {
    runs = 0;
    redis = await startRedis();
    producer = createProducer(redis.client, createLog('silent'), payloads);
    worker = new Worker(
      queues.steps,
      async (job) => {
        runs += 1;
        if (runs > 1) return;
        await new Promise<void>((resolve) => {
          letGo = resolve;
        });
        // Writes to the hash of a job that is no longer there, as a worker does that notes its progress.
        await redis.client.hset(`${keyPrefix}:${queues.steps}:${job.id}`, 'progress', '1');
      },
      {
        connection: { url: redis.url, maxRetriesPerRequest: null },
        prefix: keyPrefix,
        skipVersionCheck: true,
      },
    );
    worker.on('error', () => undefined);
  });
  afterEach(async () => {
    await worker.close(true);
    await producer.close();
    await redis.close();
  });

  it('is run again by the sweep, although a part of the job is there again', async () => {
    await producer.step(step);
    await until(() => runs === 1, 'the first run');
    await redis.client.flushall();
    letGo();
    const left = `${keyPrefix}:${queues.steps}:rl-test1234.training.1.look`;
    await until(async () => (await redis.client.exists(left)) === 1, 'what is left of the job');

    expect(await producer.revive(step)).toBe(true);
    await until(() => runs === 2, 'the second run');
  });
});
