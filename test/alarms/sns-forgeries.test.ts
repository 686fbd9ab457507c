import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { aNotification, createSigner, sns } from './a-topic.ts';
import { startWebhook } from './a-webhook.ts';
import { type Forgery, forgeries } from './forgeries.ts';

let redis: TestRedis;

beforeAll(async () => {
  redis = await startRedis();
});
afterAll(async () => redis.close());

const count = 10_000;
const atOnce = 50;

it(`of ${count} forged, replayed, changed and malformed requests to /alarms/sns none is taken, and none does harm`, async () => {
  const signer = await createSigner();
  const webhook = await startWebhook(signer, redis);
  const tried = fc.sample(forgeries(signer), count);
  const notRefused: { readonly forgery: Forgery; readonly status: number }[] = [];
  const tryOne = async (forgery: Forgery): Promise<void> => {
    const { status } = await webhook.post(forgery.body, forgery.headers);
    if (status !== 400 && status !== 403) notRefused.push({ forgery, status });
  };

  for (let from = 0; from < count; from += atOnce)
    await Promise.all(tried.slice(from, from + atOnce).map(tryOne));

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
