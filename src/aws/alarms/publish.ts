import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import { callAws } from '../aws-errors.ts';

/** Publishes a message to a topic. Throws OpsError. */
export type Publish = (message: {
  readonly text: string;
  readonly body: string;
  readonly dedupKey: string;
}) => Promise<void>;

/** The subject of an e-mail: printable ASCII, https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
const maxSubject = 100;

export function createPublish(client: SNSClient, topic: string): Publish {
  const isFifo = topic.endsWith('.fifo');
  return async ({ text, body, dedupKey }) => {
    const command = new PublishCommand({
      TopicArn: topic,
      Subject: text.replace(/[^ -~]/g, '?').slice(0, maxSubject),
      Message: body,
      ...(isFifo && {
        MessageGroupId: 'relight',
        MessageDeduplicationId: dedupKey.replace(/[^A-Za-z0-9._-]/g, '_').slice(0, 128),
      }),
    });
    await callAws(`Publish ${topic}`, async () => client.send(command));
  };
}
