import {
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { AlarmDelivery, AlarmSource } from '../../alarms/ports.ts';
import { OpsError } from '../../errors.ts';
import { callAws } from '../aws-errors.ts';

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html */
const longPoll = { WaitTimeSeconds: 20, MaxNumberOfMessages: 10 };

export function createAlarmQueue(client: SQSClient, queueUrl: string): AlarmSource {
  return {
    receive: async (signal) => receive(client, queueUrl, signal),
    done: async (messages) => {
      if (messages.length === 0) return;
      const Entries = messages.map(({ receipt }, n) => ({ Id: String(n), ReceiptHandle: receipt }));
      const command = new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries });
      const { Failed: [failed] = [] } = await callAws(`DeleteMessage ${queueUrl}`, () =>
        client.send(command),
      );
      // SQS delivers the message again. The alarm handler recognizes it as a duplicate.
      if (failed !== undefined)
        throw new OpsError('aws-unavailable', `DeleteMessage: ${failed.Message ?? failed.Code ?? ''}`);
    },
  };
}

async function receive(
  client: SQSClient,
  queueUrl: string,
  signal: AbortSignal,
): Promise<readonly AlarmDelivery[]> {
  if (signal.aborted) return [];
  const command = new ReceiveMessageCommand({
    QueueUrl: queueUrl,
    ...longPoll,
    MessageSystemAttributeNames: ['ApproximateReceiveCount'],
  });
  return callAws(`ReceiveMessage ${queueUrl}`, async () => {
    try {
      const { Messages: messages = [] } = await client.send(command, { abortSignal: signal });
      return messages.map(toDelivery);
    } catch (thrown) {
      if (signal.aborted) return [];
      throw thrown;
    }
  });
}

function toDelivery(message: Message): AlarmDelivery {
  const {
    MessageId: id = '',
    Body: body = '',
    ReceiptHandle: receipt = '',
    Attributes: attributes,
  } = message;
  return { id, body, receipt, receivedCount: Number(attributes?.ApproximateReceiveCount ?? 1) };
}
