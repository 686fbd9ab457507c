import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { SnsDeps } from '../../../src/alarms/sns/webhook.ts';
import { OpsError } from '../../../src/errors.ts';
import { connect } from '../../../src/redis/connection.ts';
import { startRedis, type TestRedis } from '../../support/redis.ts';
import { until } from '../../support/until.ts';
import { aNotification, createSigner, now, type Signer } from '../a-topic.ts';
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

describe('an alarm that SNS posts to /alarms/sns', () => {
  it.each([
    ['with a subject', {}],
    ['with an attribute that nobody signs', { MessageAttributes: { a: { Type: 'String', Value: '1' } } }],
  ])('is recorded unchanged, %s', async (_, changes) => {
    await start();
    const envelope = signer.sign(aNotification(changes));
    const text = JSON.stringify(envelope, null, 2);

    expect(await webhook.post(text)).toEqual({ status: 200, text: 'ok\n' });
    expect(await webhook.kept()).toEqual({ [String(envelope['MessageId'])]: text });
  });

  it('is recorded without a subject, whatever content type it has', async () => {
    await start();
    const { Subject: _, ...plain } = aNotification();

    for (const type of ['text/plain; charset=UTF-8', 'application/json', 'text/plain; charset=utf-16', 'x'])
      expect(
        await webhook.post(signer.sign({ ...plain, Message: type }), { 'content-type': type }),
      ).toMatchObject({
        status: 200,
      });
  });

  it('is recorded an hour late, on the last retry of SNS', async () => {
    await start();

    const made = new Date(now - 64 * 60_000).toISOString();
    expect(await webhook.post(signer.sign(aNotification({ Timestamp: made })))).toMatchObject({
      status: 200,
    });
  });

  const samples = '../shared/fixtures/aws-events';
  it.skipIf(!existsSync(samples))('is recorded for each of the samples of AWS, signed anew', async () => {
    const files = readdirSync(samples).filter((file) => file.startsWith('sns-http-https-'));
    expect(files).toHaveLength(3);
    const arn = 'arn:aws:sns:us-west-2:123456789012:MyTopic';
    await start({ topics: new Set([arn]), confirm: true, certificate: async () => signer.certificate });

    for (const file of files) {
      const sample = JSON.parse(readFileSync(`${samples}/${file}`, 'utf8'));
      webhook.clock.now = Date.parse('2026-11-23T04:00:00Z');
      const envelope = { ...sample, Timestamp: '2026-11-23T03:59:06.655Z', SignatureVersion: '2' };
      expect(await webhook.post(signer.sign(envelope)), file).toMatchObject({ status: 200 });
    }
    expect(Object.keys(await webhook.kept())).toEqual(['22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324']);
    expect(webhook.confirmed).toEqual([[arn, '2336412f37...']]);
  });
});

describe('the same alarm', () => {
  it('posted a hundred times one after the other is recorded once', async () => {
    await start();
    const envelope = signer.sign(aNotification());

    for (let nth = 0; nth < 100; nth += 1)
      expect(await webhook.post(envelope)).toMatchObject({ status: 200 });
    expect(webhook.taken).toEqual([envelope['MessageId']]);
  });

  it('posted a hundred times at once is recorded once', async () => {
    await start();
    const envelope = signer.sign(aNotification());

    const answers = await Promise.all(Array.from({ length: 100 }, async () => webhook.post(envelope)));

    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(webhook.taken).toEqual([envelope['MessageId']]);
  });

  it('posted at once to two processes has one effect', async () => {
    await start();
    const other = await startWebhook(signer, redis);
    const envelope = signer.sign(aNotification());

    await Promise.all(
      Array.from({ length: 100 }, async (_, nth) => (nth % 2 === 0 ? webhook : other).post(envelope)),
    );
    const answer = await other.post(envelope);
    await other.close();

    expect(answer).toMatchObject({ status: 200 });
    expect(Object.keys(await webhook.kept())).toEqual([envelope['MessageId']]);
    expect([...webhook.taken, ...other.taken].length).toBeLessThanOrEqual(2);
  });

  it('is remembered for a day, far longer than it stays fresh', async () => {
    await start();
    const envelope = signer.sign(aNotification());
    await webhook.post(envelope);

    const [key = ''] = await redis.client.keys(`*${String(envelope['MessageId'])}`);
    expect(await redis.client.ttl(key)).toBeGreaterThan(23 * 60 * 60);
  });
});

describe('an alarm that cannot be recorded', () => {
  it('is retried by SNS and recorded then', async () => {
    const troubles = ['the journal is busy', 'the journal is still busy'];
    await start({
      record: async ({ id, body }) => {
        const trouble = troubles.shift();
        if (trouble !== undefined) throw new OpsError('journal-busy', trouble);
        await redis.client.hset('kept', id, body);
      },
    });
    const envelope = signer.sign(aNotification());

    expect(await webhook.post(envelope)).toEqual({ status: 503, text: 'try again\n' });
    expect(await webhook.post(envelope)).toMatchObject({ status: 503 });
    expect(await webhook.post(envelope)).toMatchObject({ status: 200 });
    expect(Object.keys(await webhook.kept())).toEqual([envelope['MessageId']]);
    expect(webhook.log).toMatchObject([{ msg: expect.stringContaining('SNS will retry') }]);
  });

  it('because Redis is down is retried by SNS and recorded when Redis is back', async () => {
    const own = await startRedis();
    const connections = await connect(own.url, pino({ level: 'silent' }));
    webhook = await startWebhook(signer, { client: connections.forAnswers });
    const envelope = signer.sign(aNotification());
    await own.crash();

    expect(await webhook.post(envelope)).toMatchObject({ status: 503 });
    await own.restart();

    await until(async () => (await webhook.post(envelope)).status === 200, 'the alarm to be taken');
    expect(Object.keys(await webhook.kept())).toEqual([envelope['MessageId']]);
    await connections.close();
    await own.close();
  });

  it('as taken, though it was recorded, is recorded again over itself', async () => {
    const marks = new Set<string>();
    let broken = true;
    await start({
      seen: {
        has: async (id) => marks.has(id),
        add: async (id) => {
          if (broken) throw new OpsError('redis-unreachable', 'gone');
          marks.add(id);
        },
      },
    });
    const envelope = signer.sign(aNotification());

    expect(await webhook.post(envelope)).toMatchObject({ status: 503 });
    broken = false;
    expect(await webhook.post(envelope)).toMatchObject({ status: 200 });
    expect(await webhook.post(envelope)).toMatchObject({ status: 200 });

    expect(Object.keys(await webhook.kept())).toEqual([envelope['MessageId']]);
    expect(webhook.taken).toHaveLength(2);
  });

  it('because its certificate cannot be fetched is retried by SNS', async () => {
    await start({
      certificate: async () => {
        throw new OpsError('aws-unavailable', 'no answer');
      },
    });

    expect(await webhook.post(signer.sign(aNotification()))).toMatchObject({ status: 503 });
    expect(webhook.taken).toEqual([]);
  });
});
