import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { atMost, below } from '../../../bench/figures.ts';
import { report } from '../../chaos/support/figures.ts';
import { startRedis, type TestRedis } from '../../support/redis.ts';
import { aNotification, createSigner, sns } from '../a-topic.ts';
import { startWebhook } from '../a-webhook.ts';
import { type Forgery, forgeries } from '../forgeries.ts';

let redis: TestRedis;

beforeAll(async () => {
  redis = await startRedis();
});
afterAll(async () => redis.close());

/** Used bytes, including buffers, after garbage collection. */
function memoryInUse(): number {
  setFlagsFromString('--expose-gc');
  // The flag --expose-gc defines this function.
  const collect = runInNewContext('gc') as () => void;
  collect();
  // Node counts the buffers that a collection frees until the next one.
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const count = Number(process.env['SNS_FORGERIES'] ?? 10_000);
const atOnce = 50;

it(`none of ${count} forged, replayed, changed or malformed requests to /alarms/sns is accepted or does harm`, async (context) => {
  const signer = await createSigner();
  const webhook = await startWebhook(signer, redis);
  // As bytes: a concatenated string is flattened at its first use, which would look like growth.
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
    if ((from + atOnce) % (count / 5) === 0) used.push(memoryInUse());
  }

  // After the second measurement all caches are filled: the other requests must not add memory.
  const growth = (used[4] ?? Number.NaN) - (used[1] ?? Number.NaN);
  expect(notRefused).toEqual([]);
  expect([webhook.taken, webhook.confirmed]).toEqual([[], []]);
  expect(await redis.client.dbsize()).toBe(0);
  // Some caused a request for a certificate, but only to SNS of this Region.
  expect(webhook.asked.length).toBeGreaterThan(count / 100);
  const elsewhere = webhook.asked.filter((url) => !url.startsWith(`${sns}/SimpleNotificationService-`));
  expect(elsewhere).toEqual([]);
  // The clock does not move, so there is one log line per reason.
  expect(webhook.log.length).toBeLessThanOrEqual(10);

  expect(await webhook.post(signer.sign(aNotification()))).toMatchObject({ status: 200 });
  expect(webhook.taken).toHaveLength(1);
  report(
    context,
    atMost(`T13: accepted of ${count} forged SNS messages`, notRefused.length, 0),
    atMost('T13: requests of forged SNS messages to hosts that are not allowed', elsewhere.length, 0),
    below('T13: memory that forged SNS messages add', growth / 1e6, 3, 'MB', 'fixed'),
  );
  await webhook.close();
});

it('a forged request takes at most 20 ms longer than one that is refused unread (p99), so a flood of them does not delay alarms', async (context) => {
  const signer = await createSigner();
  const webhook = await startWebhook(signer, redis);
  const batches: number[] = [];
  for (let batch = 0; batch < 5; batch += 1) {
    const forged: number[] = [];
    const plain: number[] = [];
    for (const { body, headers } of fc.sample(forgeries(signer), 300)) {
      forged.push(await timeOf(async () => webhook.post(body, headers)));
      // A body that is not JSON is refused immediately: this measures the machine at that moment.
      plain.push(await timeOf(async () => webhook.post('x')));
    }
    batches.push(slowestOf(forged) - slowestOf(plain));
  }
  await webhook.close();

  // Other load on the machine is not the webhook's fault, so the three slowest of five batches do not count.
  const quiet = batches.toSorted((one, other) => one - other)[1] ?? Number.NaN;
  expect(quiet).toBeLessThan(20);
  report(
    context,
    below(
      'T13: a forged SNS message is refused in (p99, more than one refused unread)',
      quiet,
      20,
      'ms',
      'machine',
    ),
  );
});

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** The 99th percentile. */
function slowestOf(took: readonly number[]): number {
  return took.toSorted((one, other) => one - other)[296] ?? Number.NaN;
}
