import { randomUUID } from 'node:crypto';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { FauxqsServer } from 'fauxqs';
import { account, region } from './arn.ts';
import type { Job, Transition } from './job.ts';

const topicArn = `arn:aws:sns:${region}:000000000000:ml-incidents`;

/** The state of a job at the time of a change. */
interface Snapshot {
  readonly described: Record<string, unknown>;
  readonly transitions: readonly Transition[];
}

/** Publishes job changes as AWS does: EventBridge events go straight to the queue, alarms go through the SNS topic. */
export class Announcer {
  private readonly sns: SNSClient;
  private readonly sqs: SQSClient;
  private readonly queueUrl: string;
  private last: Promise<void> = Promise.resolve();
  private closing = false;

  constructor(endpoint: string, queueUrl: string) {
    const options = { endpoint, region, credentials: { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' } };
    this.sns = new SNSClient(options);
    this.sqs = new SQSClient(options);
    this.queueUrl = queueUrl;
  }

  /** Publishes in the background, in the order of the changes: the simulation does not wait for the queue. */
  jobChanged(job: Job): void {
    const now = { described: job.describe(), transitions: job.transitions.map((one) => ({ ...one })) };
    this.inOrder(() => this.event(job, now));
  }

  /** Publishes an alarm message to the topic. */
  alarmChanged(message: Record<string, unknown>): void {
    this.inOrder(async () => {
      const publish = new PublishCommand({
        TopicArn: topicArn,
        Subject: `${String(message['NewStateValue'])}: "${String(message['AlarmName'])}"`,
        Message: JSON.stringify(message),
      });
      await this.sns.send(publish);
    });
  }

  private inOrder(work: () => Promise<void>): void {
    this.last = this.last.then(work).catch((error: unknown) => {
      // The inner server is already gone when the sandbox closes.
      if (!this.closing) throw error;
    });
  }

  async close(): Promise<void> {
    this.closing = true;
    await this.last;
    this.sns.destroy();
    this.sqs.destroy();
  }

  /** https://docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html: times in milliseconds, tags as an object. */
  private async event(job: Job, { described, transitions }: Snapshot): Promise<void> {
    const ms = (name: string): Record<string, number> =>
      typeof described[name] === 'number' ? { [name]: Math.round(described[name] * 1000) } : {};
    const detail = {
      ...described,
      SecondaryStatusTransitions: transitions.map((one) => ({
        ...one,
        StartTime: Math.round(one.StartTime * 1000),
        ...(one.EndTime === undefined ? {} : { EndTime: Math.round(one.EndTime * 1000) }),
      })),
      ...ms('CreationTime'),
      ...ms('LastModifiedTime'),
      ...ms('TrainingStartTime'),
      ...ms('TrainingEndTime'),
      Tags: Object.fromEntries(job.tags.map(({ Key, Value }) => [Key, Value])),
    };
    const event = {
      version: '0',
      id: randomUUID(),
      'detail-type': 'SageMaker Training Job State Change',
      source: 'aws.sagemaker',
      account,
      time: new Date().toISOString(),
      region,
      resources: [job.arn],
      detail,
    };
    await this.sqs.send(
      new SendMessageCommand({ QueueUrl: this.queueUrl, MessageBody: JSON.stringify(event) }),
    );
  }
}

/** Creates the queue that receives alarms and events, and the topic that feeds it. */
export function createQueue(fauxqs: FauxqsServer): {
  readonly name: string;
  readonly innerUrl: string;
  readonly topicArn: string;
} {
  const { queueName, queueUrl } = fauxqs.createQueue('relight-alarms', { region });
  const { topicArn: created } = fauxqs.createTopic('ml-incidents', { region });
  fauxqs.subscribe({ topic: 'ml-incidents', queue: queueName, region });
  return { name: queueName, innerUrl: queueUrl, topicArn: created };
}
