import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startRedis, type TestRedis } from '../../support/redis.ts';
import { aNotification, createSigner, sns } from '../a-topic.ts';
import { startWebhook } from '../a-webhook.ts';
import { type Forgery, forgeries } from '../forgeries.ts';

let redis: TestRedis;

beforeAll(async () => {
  redis = await startRedis();
});
afterAll(async () => redis.close());

/** Bytes, those of buffers too, after what nobody refers to any more was thrown away. */
function memoryInUse(): number {
  setFlagsFromString('--expose-gc');
  // That is what the flag makes of the name.
  (runInNewContext('gc') as () => void)();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const count = 10_000;
const atOnce = 50;

it(`of ${count} forged, replayed, changed and malformed requests to /alarms/sns none is taken, and none does harm`, async () => {
  const signer = await createSigner();
  const webhook = await startWebhook(signer, redis);
  // As bytes: a text that was put together is written out at its first use, which would look like growth.
  const tried = fc
    .sample(forgeries(signer), count)
    .map(({ body, headers }) => ({ body: Buffer.from(body), headers }));
  const notRefused: { readonly forgery: Forgery; readonly status: number }[] = [];
  const tryOne = async (forgery: Forgery): Promise<void> => {
    const { status } = await webhook.post(forgery.body, forgery.headers);
    if (status !== 400 && status !== 403) notRefused.push({ forgery, status });
  };

  const used: number[] = [];
  for (let from = 0; from < count; from += atOnce) {
    await Promise.all(tried.slice(from, from + atOnce).map(tryOne));
    if ((from + atOnce) % 2_000 === 0) used.push(memoryInUse());
  }

  // From the second measurement on everything is there that stays: 6,000 further requests leave nothing behind.
  expect((used[4] ?? 0) - (used[1] ?? 0)).toBeLessThan(3e6);
  expect(notRefused).toEqual([]);
  expect([webhook.taken, webhook.confirmed]).toEqual([[], []]);
  expect(await redis.client.dbsize()).toBe(0);
  // Some got as far as the certificate, and none further than SNS of this Region.
  expect(webhook.asked.length).toBeGreaterThan(100);
  expect(webhook.asked.filter((url) => !url.startsWith(`${sns}/SimpleNotificationService-`))).toEqual([]);
  // The clock stands still: one line for each reason, however many came.
  expect(webhook.log.length).toBeLessThanOrEqual(10);

  expect(await webhook.post(signer.sign(aNotification()))).toMatchObject({ status: 200 });
  expect(webhook.taken).toHaveLength(1);
  await webhook.close();
});

it('a forged request is answered within 20 ms of one that is not looked into, 99 times of 100, so that a flood of them holds up no alarm', async () => {
  const signer = await createSigner();
  const webhook = await startWebhook(signer, redis);
  const batches: number[] = [];
  for (let batch = 0; batch < 5; batch += 1) {
    const forged: number[] = [];
    const plain: number[] = [];
    for (const { body, headers } of fc.sample(forgeries(signer), 300)) {
      forged.push(await timeOf(async () => webhook.post(body, headers)));
      // A body that is no JSON is refused at once: this is what the machine itself takes at the moment.
      plain.push(await timeOf(async () => webhook.post('x')));
    }
    batches.push(slowestOf(forged) - slowestOf(plain));
  }
  await webhook.close();

  // What else the machine does for a moment is not the webhook's, so the worse three of five batches do not count.
  expect(batches.toSorted((one, other) => one - other)[1]).toBeLessThan(20);
});

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** All but the slowest of 100. */
function slowestOf(took: readonly number[]): number {
  return took.toSorted((one, other) => one - other)[296] ?? Number.NaN;
}
