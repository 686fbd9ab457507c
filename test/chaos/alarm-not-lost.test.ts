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

/** Only the queue knows of it: SageMaker says that the job trains, and there is no such alarm in CloudWatch. */
const name = 'TrainingJobInterrupted-by-hand';

describe('an alarm on the queue, when the process that took it is killed', () => {
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
    // What was taken and not deleted comes again after two seconds.
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { VisibilityTimeout: '2' } }));
    const MessageBody = anAlarm('ALARM', Date.now(), { job: goldJob, name });
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
  });
  afterEach(async () => {
    sqs.destroy();
    await world.close();
  });

  /** Messages that wait, and messages that somebody has taken and not deleted. */
  async function onTheQueue(): Promise<{ readonly waiting: number; readonly taken: number }> {
    const command = new GetQueueAttributesCommand({
      QueueUrl: world.region.queueUrl,
      AttributeNames: ['All'],
    });
    const { Attributes: found = {} } = await sqs.send(command);
    return {
      waiting: Number(found['ApproximateNumberOfMessages']),
      taken: Number(found['ApproximateNumberOfMessagesNotVisible']),
    };
  }

  async function expectOneThread(): Promise<void> {
    await until(async () => visibleText(await messageOf(world, 'card')).includes(name), 'the card');
    await until(async () => {
      const { waiting, taken } = await onTheQueue();
      return waiting + taken === 0;
    }, 'the message to be deleted');
    const roots = (await slackLedger(world)).messages.filter(({ thread_ts }) => thread_ts === undefined);
    expect(roots).toHaveLength(1);
    expect(await world.redis.client.zcard('{relight}:incidents')).toBe(1);
  }

  it('before it is recorded, comes again and opens its thread', async () => {
    // The answer with the message is held: the queue has given it away, and Relight has not recorded it.
    await addFault(world, { service: 'sqs', operation: 'ReceiveMessage', kind: 'hang-after', count: 1 });
    const first = await world.start('all');
    await until(async () => (await heldRequests(world)).length > 0, 'the message to be on its way');
    expect(await world.redis.client.zcard('{relight}:incidents')).toBe(0);
    await first.kill();
    await world.start('all');

    await expectOneThread();
  });

  it('after it is recorded and before it is deleted, comes again and opens no second thread', async () => {
    await addFault(world, { service: 'sqs', operation: 'DeleteMessageBatch', kind: 'hang-before', count: 1 });
    const first = await world.start('all');
    await until(async () => (await heldRequests(world)).length > 0, 'the deletion to be on its way');
    await until(async () => visibleText(await messageOf(world, 'card')).includes(name), 'the card');
    await first.kill();
    await until(async () => (await onTheQueue()).waiting === 1, 'the message to come again');
    await world.start('all');

    await expectOneThread();
  });
});
