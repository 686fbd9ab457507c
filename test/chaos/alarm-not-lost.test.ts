import {
  GetQueueAttributesCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { anAlarm } from '../alarms/an-alarm-handler.ts';
import { addFault, heldRequests } from '../support/aws-ledger.ts';
import { messageOf, slackLedger, visibleText } from '../support/responder.ts';
import { until } from '../support/until.ts';
import { createWorld, goldJob, type World } from '../support/world.ts';

/** Only the queue has this alarm: SageMaker reports the job as training, and CloudWatch has no such alarm. */
const name = 'TrainingJobInterrupted-by-hand';

describe('an alarm on the queue whose process is killed', () => {
  let world: World;
  let sqs: SQSClient;

  beforeEach(async () => {
    world = await createWorld();
    sqs = new SQSClient({
      endpoint: world.region.url,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    });
    const QueueUrl = world.region.queueUrl;
    // A received message that is not deleted is redelivered after two seconds.
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { VisibilityTimeout: '2' } }));
    const MessageBody = anAlarm('ALARM', Date.now(), { job: goldJob, name });
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
  });
  afterEach(async () => {
    sqs.destroy();
    await world.close();
  });

  /** Counts of available messages and of messages in flight. */
  async function queueCounts(): Promise<{ readonly available: number; readonly inFlight: number }> {
    const command = new GetQueueAttributesCommand({
      QueueUrl: world.region.queueUrl,
      AttributeNames: ['All'],
    });
    const { Attributes: found = {} } = await sqs.send(command);
    return {
      available: Number(found['ApproximateNumberOfMessages']),
      inFlight: Number(found['ApproximateNumberOfMessagesNotVisible']),
    };
  }

  async function expectOneThread(): Promise<void> {
    await until(async () => visibleText(await messageOf(world, 'card')).includes(name), 'the card');
    await until(async () => {
      const { available, inFlight } = await queueCounts();
      return available + inFlight === 0;
    }, 'the message to be deleted');
    const roots = (await slackLedger(world)).messages.filter(({ thread_ts }) => thread_ts === undefined);
    expect(roots).toHaveLength(1);
    expect(await world.redis.client.zcard('{relight}:incidents')).toBe(1);
  }

  it('before it is recorded is redelivered and opens its thread', async () => {
    // The response is held: the queue has delivered the message, but Relight has not recorded it.
    await addFault(world, { service: 'sqs', operation: 'ReceiveMessage', kind: 'hang-after', count: 1 });
    const first = await world.start('all');
    await until(async () => (await heldRequests(world)).length > 0, 'the message to be in flight');
    expect(await world.redis.client.zcard('{relight}:incidents')).toBe(0);
    await first.kill();
    await world.start('all');

    await expectOneThread();
  });

  it('after it is recorded but before it is deleted is redelivered and opens no second thread', async () => {
    await addFault(world, { service: 'sqs', operation: 'DeleteMessageBatch', kind: 'hang-before', count: 1 });
    const first = await world.start('all');
    await until(async () => (await heldRequests(world)).length > 0, 'the deletion to be in flight');
    await until(async () => visibleText(await messageOf(world, 'card')).includes(name), 'the card');
    await first.kill();
    await until(async () => (await queueCounts()).available === 1, 'the message to be redelivered');
    await world.start('all');

    await expectOneThread();
  });
});
