import { randomUUID } from 'node:crypto';
import { account, region } from './arn.ts';
import { type Inner, mustSend } from './inner.ts';
import type { Job, Transition } from './job.ts';

const queue = 'relight-alarms';
const topic = 'ml-incidents';
const queueArn = `arn:aws:sqs:${region}:000000000000:${queue}`;
const topicArn = `arn:aws:sns:${region}:000000000000:${topic}`;

/** The state of a job at the time of a change. */
interface Snapshot {
  readonly described: Record<string, unknown>;
  readonly transitions: readonly Transition[];
}

/** Publishes job changes as AWS does: EventBridge events go straight to the queue, alarms go through the SNS topic. */
export class Announcer {
  private readonly inner: Inner;
  private readonly queueUrl: string;
  private last: Promise<void> = Promise.resolve();
  private closing = false;

  constructor(inner: Inner, queueUrl: string) {
    this.inner = inner;
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
      await sns(this.inner, 'Publish', {
        TopicArn: topicArn,
        Subject: `${String(message['NewStateValue'])}: "${String(message['AlarmName'])}"`,
        Message: JSON.stringify(message),
      });
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
    await sqs(this.inner, 'SendMessage', { QueueUrl: this.queueUrl, MessageBody: JSON.stringify(event) });
  }
}

/** Creates the queue that receives alarms and events, and the topic that feeds it. */
export async function createQueue(
  inner: Inner,
): Promise<{ readonly name: string; readonly innerUrl: string; readonly topicArn: string }> {
  const { QueueUrl: innerUrl = '' } = JSON.parse(await sqs(inner, 'CreateQueue', { QueueName: queue })) as {
    QueueUrl?: string;
  };
  await sns(inner, 'CreateTopic', { Name: topic });
  await sns(inner, 'Subscribe', { TopicArn: topicArn, Protocol: 'sqs', Endpoint: queueArn });
  return { name: queue, innerUrl, topicArn };
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-making-api-requests-json.html */
async function sqs(inner: Inner, operation: string, input: object): Promise<string> {
  const headers = {
    'content-type': 'application/x-amz-json-1.0',
    'x-amz-target': `AmazonSQS.${operation}`,
  };
  return mustSend(inner, { method: 'POST', url: '/', headers, body: JSON.stringify(input) });
}

/** https://docs.aws.amazon.com/sns/latest/dg/sns-making-api-requests.html */
async function sns(
  inner: Inner,
  operation: string,
  input: Readonly<Record<string, string>>,
): Promise<string> {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const body = new URLSearchParams({ Action: operation, Version: '2010-03-31', ...input }).toString();
  return mustSend(inner, { method: 'POST', url: '/', headers, body });
}
