import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { SnsDeps } from '../../../src/alarms/sns/webhook.ts';
import { OpsError } from '../../../src/errors.ts';
import { startRedis, type TestRedis } from '../../support/redis.ts';
import { aboutTheSubscription, createSigner, type Signer, topic } from '../a-topic.ts';
import { startWebhook, type TestWebhook } from '../a-webhook.ts';

let redis: TestRedis;
let signer: Signer;
let webhook: TestWebhook;

beforeAll(async () => {
  [redis, signer] = await Promise.all([startRedis(), createSigner()]);
});
afterAll(async () => redis.close());
beforeEach(async () => {
  await redis.client.flushall();
});
afterEach(async () => webhook.close());

async function start(changes: Partial<SnsDeps> = {}): Promise<void> {
  webhook = await startWebhook(signer, redis, changes);
}

describe('a topic that requests a subscription', () => {
  it('is confirmed once with its token while confirmation is on, and its link is not followed', async () => {
    await start({ confirm: true });
    const request = signer.sign(
      aboutTheSubscription('SubscriptionConfirmation', { SubscribeURL: 'http://169.254.169.254/' }),
    );

    expect(await webhook.post(request)).toMatchObject({ status: 200 });
    expect(await webhook.post(request)).toMatchObject({ status: 200 });
    expect(webhook.confirmed).toEqual([[topic, '2336412f37fb6']]);
    expect(webhook.taken).toEqual([]);
  });

  it('is refused while confirmation is off, and the log names the setting', async () => {
    await start();

    expect(await webhook.post(signer.sign(aboutTheSubscription('SubscriptionConfirmation')))).toEqual({
      status: 403,
      text: 'refused\n',
    });
    expect(webhook.confirmed).toEqual([]);
    expect(webhook.log).toMatchObject([
      { msg: expect.stringMatching(/sns\.confirm_subscriptions.*relight\.yaml/), topic },
    ]);
  });

  it('is told to retry if AWS does not confirm', async () => {
    let denied = true;
    await start({
      confirm: true,
      confirmSubscription: async () => {
        if (denied) throw new OpsError('aws-denied', 'ConfirmSubscription');
      },
    });
    const request = signer.sign(aboutTheSubscription('SubscriptionConfirmation'));

    expect(await webhook.post(request)).toMatchObject({ status: 503 });
    denied = false;
    expect(await webhook.post(request)).toMatchObject({ status: 200 });
  });
});

it('an unsubscribed topic is logged with what to do', async () => {
  await start();

  expect(await webhook.post(signer.sign(aboutTheSubscription('UnsubscribeConfirmation')))).toMatchObject({
    status: 200,
  });
  expect(webhook.log).toMatchObject([
    { level: 40, msg: expect.stringContaining('subscribe it again'), topic },
  ]);
  expect([webhook.taken, webhook.confirmed]).toEqual([[], []]);
});
