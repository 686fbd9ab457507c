import { randomUUID } from 'node:crypto';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { FauxqsServer } from 'fauxqs';
import type { Job } from './job.ts';

const account = '123456789012';
const region = 'us-east-1';
const topicArn = `arn:aws:sns:${region}:000000000000:ml-incidents`;

/** Announces what happens to jobs the way AWS does: EventBridge straight to the queue, alarms through the topic. */
export class Announcer {
  private readonly sns: SNSClient;
  private readonly sqs: SQSClient;
  private readonly queueUrl: string;
  private readonly alarmed = new Set<string>();

  constructor(endpoint: string, queueUrl: string) {
    const options = { endpoint, region, credentials: { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' } };
    this.sns = new SNSClient(options);
    this.sqs = new SQSClient(options);
    this.queueUrl = queueUrl;
  }

  async jobChanged(job: Job): Promise<void> {
    await this.event(job);
    const broken = job.status === 'Failed' || job.secondary === 'MaxWaitTimeExceeded';
    if (!broken || this.alarmed.has(job.name)) return;
    this.alarmed.add(job.name);
    await this.alarm(job);
  }

  close(): void {
    this.sns.destroy();
    this.sqs.destroy();
  }

  /** https://docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html: times in milliseconds, tags as an object. */
  private async event(job: Job): Promise<void> {
    const described = job.describe();
    const ms = (name: string): Record<string, number> =>
      typeof described[name] === 'number' ? { [name]: Math.round(described[name] * 1000) } : {};
    const detail = {
      ...described,
      SecondaryStatusTransitions: job.transitions.map((one) => ({
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

  private async alarm(job: Job): Promise<void> {
    const AlarmName = `TrainingJobInterrupted-${job.name}`;
    const message = {
      AlarmName,
      AlarmDescription: 'The training job does not train',
      AWSAccountId: account,
      NewStateValue: 'ALARM',
      OldStateValue: 'OK',
      NewStateReason:
        'Threshold Crossed: 1 datapoint [1.0] was greater than or equal to the threshold (1.0).',
      StateChangeTime: new Date().toISOString().replace('Z', '+0000'),
      Region: 'US East (N. Virginia)',
      AlarmArn: `arn:aws:cloudwatch:${region}:${account}:alarm:${AlarmName}`,
      Trigger: {
        MetricName: 'TrainingJobInterrupted',
        Namespace: 'SRL/Training',
        Statistic: 'MAXIMUM',
        Dimensions: [{ name: 'Host', value: `${job.name}/algo-1` }],
        Period: 60,
        EvaluationPeriods: 1,
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        Threshold: 1,
      },
    };
    await this.sns.send(
      new PublishCommand({
        TopicArn: topicArn,
        Subject: `ALARM: "${AlarmName}"`,
        Message: JSON.stringify(message),
      }),
    );
  }
}

/** The queue that alarms and events arrive on, and the topic that feeds it. */
export function createQueue(fauxqs: FauxqsServer): { readonly name: string; readonly topicArn: string } {
  const { queueName } = fauxqs.createQueue('relight-alarms', { region });
  const { topicArn: made } = fauxqs.createTopic('ml-incidents', { region });
  fauxqs.subscribe({ topic: 'ml-incidents', queue: queueName, region });
  return { name: queueName, topicArn: made };
}
