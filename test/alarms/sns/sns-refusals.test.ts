import { createSign, generateKeyPairSync } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startRedis, type TestRedis } from '../../support/redis.ts';
import {
  aboutTheSubscription,
  aNotification,
  certificateUrl,
  createSigner,
  type Envelope,
  now,
  type Signer,
  sns,
  topic,
  without,
} from '../a-topic.ts';
import { expectRefused, startWebhook, type TestWebhook } from '../a-webhook.ts';

let redis: TestRedis;
let signer: Signer;
let webhook: TestWebhook;

beforeAll(async () => {
  [redis, signer] = await Promise.all([startRedis(), createSigner()]);
});
afterAll(async () => redis.close());
beforeEach(async () => {
  webhook = await startWebhook(signer, redis);
});
afterEach(async () => webhook.close());

const minutesAway = (minutes: number): string => new Date(now + minutes * 60_000).toISOString();

/** Each is signed as SNS would sign it, so that it is refused only for the named reason. */
const refused: readonly (readonly [string, string, Envelope])[] = [
  ['comes from a topic of somebody else', 'its topic', { TopicArn: `${topic}2` }],
  ['comes from the same topic elsewhere', 'its topic', { TopicArn: topic.replace('us-east-1', 'eu-west-1') }],
  ['is signed the old way', 'SignatureVersion', { SignatureVersion: '1' }],
  ['has a signature of no known version', 'SignatureVersion', { SignatureVersion: '02' }],
  ['is 66 minutes old', 'its Timestamp', { Timestamp: minutesAway(-66) }],
  ['is from the future', 'its Timestamp', { Timestamp: minutesAway(66) }],
  ['has a subject of two lines', 'it is not an SNS message', { Subject: 'one\ntwo' }],
  ['has a time of its own kind', 'it is not an SNS message', { Timestamp: 'Mon Nov 23 2026 03:12:43 GMT' }],
  ['has a number for an id', 'it is not an SNS message', { MessageId: 7 }],
  ['has a topic that is a list', 'it is not an SNS message', { TopicArn: [topic] }],
  [
    'has a certificate that SNS never had',
    'its certificate does not exist at SNS',
    { SigningCertURL: certificateUrl.replace('f3ec', '0000') },
  ],
];

describe('a request to /alarms/sns is refused when it', () => {
  it.each(refused)('%s', async (_, why, changes) => {
    await expectRefused(webhook, why, signer.sign(aNotification(changes)));
  });

  it('is invalid in any way that can be checked locally, before any outgoing request', async () => {
    for (const [, why, changes] of refused)
      if (why !== 'its certificate does not exist at SNS')
        await webhook.post(signer.sign(aNotification(changes)));

    expect(webhook.asked).toEqual([]);
  });

  it.each([
    'MessageId',
    'TopicArn',
    'Message',
    'Timestamp',
    'SignatureVersion',
    'Signature',
    'SigningCertURL',
    'Type',
  ])('lacks its %s', async (field) => {
    await expectRefused(webhook, 'it is not an SNS message', without(signer.sign(aNotification()), field));
  });

  it.each(['Token', 'SubscribeURL'])('is about the subscription and lacks its %s', async (field) => {
    await expectRefused(
      webhook,
      'it is not an SNS message',
      without(signer.sign(aboutTheSubscription('SubscriptionConfirmation')), field),
    );
  });

  it.each(['Message', 'MessageId', 'Subject', 'Timestamp'])(
    'had its %s changed on the way',
    async (field) => {
      const other =
        { MessageId: '00000000-0000-4000-8000-000000000000', Timestamp: minutesAway(1) }[field] ?? 'other';

      await expectRefused(webhook, 'its signature does not match', {
        ...signer.sign(aNotification()),
        [field]: other,
      });
    },
  );

  it('lost its subject', async () => {
    await expectRefused(
      webhook,
      'its signature does not match',
      without(signer.sign(aNotification()), 'Subject'),
    );
  });

  it.each(['SubscribeURL', 'Token'])('asks for a subscription with a changed %s', async (field) => {
    const request = signer.sign(aboutTheSubscription('SubscriptionConfirmation'));

    await expectRefused(webhook, 'its signature does not match', {
      ...request,
      [field]: 'https://evil.example/',
    });
  });

  it('disguises a notification as a subscription request', async () => {
    const notification = signer.sign(aNotification());

    await expectRefused(webhook, 'its signature does not match', {
      ...notification,
      Type: 'SubscriptionConfirmation',
      Token: 'token',
      SubscribeURL: sns,
    });
  });

  it('is signed by somebody else', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const Signature = createSign('sha256').update('anything').sign(privateKey, 'base64');

    await expectRefused(webhook, 'its signature does not match', aNotification({ Signature }));
  });

  it('spells its signature in another way', async () => {
    const { Signature, ...rest } = signer.sign(aNotification());

    await expectRefused(webhook, 'its signature does not match', {
      ...rest,
      Signature: String(Signature).replace('==', ''),
    });
  });

  it.each([
    ['a number', '5'],
    ['null', 'null'],
    ['a list', '[]'],
    ['a text', '"Notification"'],
    ['nothing', ''],
    ['half of it', '{"Type":"Notification"'],
    [
      'an alarm without an envelope, as raw message delivery sends it',
      '{"AlarmName":"TrainingJobInterrupted"}',
    ],
    ['a type that SNS does not have', '{"Type":"Command"}'],
  ])('is %s', async (_, body) => {
    await expectRefused(webhook, 'it is not an SNS message', body);
  });

  it('is over 256 KiB', async () => {
    await expectRefused(webhook, 'its body', 'x'.repeat(256 * 1024 + 1));
  });

  it('is compressed, even with a valid signature', async () => {
    const body = gzipSync(JSON.stringify(signer.sign(aNotification())));

    await expectRefused(webhook, 'its body', body, { 'content-encoding': 'gzip' });
  });
});

it('a flood of requests writes one log line per minute and reason, and the next line says how many were omitted', async () => {
  for (let nth = 0; nth < 50; nth += 1) {
    await webhook.post('5');
    await webhook.post(aNotification({ Signature: '' }));
  }
  expect(webhook.log).toHaveLength(2);

  webhook.clock.now += 60_000;
  await webhook.post('5');
  expect(webhook.log.slice(2)).toMatchObject([
    { msg: expect.stringContaining('not an SNS message'), unsaid: 49 },
  ]);
});
