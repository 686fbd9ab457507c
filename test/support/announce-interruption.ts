import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { World } from './world.ts';

/** Sends the EventBridge event for the interruption of a spot job, as of this time in ms. */
export async function announceInterruption(world: World, job: string, at: number): Promise<void> {
  const sqs = new SQSClient({
    endpoint: world.region.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const detail = {
    TrainingJobName: job,
    TrainingJobStatus: 'InProgress',
    SecondaryStatus: 'Interrupted',
    EnableManagedSpotTraining: true,
    LastModifiedTime: at,
  };
  const event = {
    'detail-type': 'SageMaker Training Job State Change',
    time: new Date(at).toISOString(),
    detail,
  };
  await sqs.send(
    new SendMessageCommand({ QueueUrl: world.region.queueUrl, MessageBody: JSON.stringify(event) }),
  );
  sqs.destroy();
}
