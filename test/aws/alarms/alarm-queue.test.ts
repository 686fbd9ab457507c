import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAlarmQueue } from '../../../src/aws/alarms/alarm-queue.ts';
import { type RegionUnderTest, startRegionUnderTest } from '../a-region.ts';

describe('the alarm queue', () => {
  let region: RegionUnderTest;

  beforeAll(async () => {
    region = await startRegionUnderTest();
  });
  afterAll(async () => region.close());

  it('returns an alarm as soon as it arrives, and stops waiting when aborted', async () => {
    const {
      clients,
      region: { queueUrl },
    } = region;
    const queue = createAlarmQueue(clients.sqs, queueUrl);
    const stop = new AbortController();

    const [[message]] = await Promise.all([
      queue.receive(stop.signal),
      clients.sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: 'an alarm' })),
    ]);
    expect(message).toMatchObject({ body: 'an alarm', receivedCount: 1 });
    await queue.done(message === undefined ? [] : [message]);

    const idle = queue.receive(stop.signal);
    stop.abort();
    expect(await idle).toEqual([]);
    expect(await queue.receive(stop.signal)).toEqual([]);
  });

  it('throws when it cannot be read instead of appearing empty', async () => {
    const queue = createAlarmQueue(region.clients.sqs, `${region.region.url}/000000000000/no-such-queue`);

    await expect(queue.receive(new AbortController().signal)).rejects.toMatchObject({ code: 'aws-refused' });
  });
});
