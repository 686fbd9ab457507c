import { CloudWatchClient, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch';
import {
  CreateTrainingJobCommand,
  type CreateTrainingJobCommandInput,
  DescribeTrainingJobCommand,
  type DescribeTrainingJobCommandOutput,
  SageMakerClient,
  StopTrainingJobCommand,
} from '@aws-sdk/client-sagemaker';
import { GetQueueAttributesCommand, SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { seedRequest } from '../../sandbox/aws/seed-job.ts';
import { until } from '../../test/support/until.ts';
import { postJson } from '../../test/support/world.ts';
import type { Storm } from './letters.ts';

/** The account in which everything breaks at once. */
export interface Account {
  /** The jobs train and have a checkpoint, and the alarms are there and quiet. */
  readonly prepare: (storm: Storm) => Promise<void>;
  /** Breaks the job; gives what EventBridge says of it. */
  readonly fail: (job: string, kind: string) => Promise<string>;
  readonly raise: (alarms: readonly string[]) => Promise<void>;
  readonly send: (bodies: readonly string[]) => Promise<void>;
  /** Messages of the queue that nobody has taken off. */
  readonly left: () => Promise<number>;
  readonly close: () => void;
}

/** The jobs that train when the stand-in starts. */
const seeded = ['srl-rlvr-gold-20251104', 'srl-rlvr-silver-20251103'];

export function openAccount(region: string, queue: string): Account {
  const settings = {
    endpoint: region,
    region: 'us-east-1',
    credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
  };
  const [sagemaker, cloudwatch, sqs] = [
    new SageMakerClient(settings),
    new CloudWatchClient(settings),
    new SQSClient(settings),
  ];
  const describe = async (TrainingJobName: string) =>
    sagemaker.send(new DescribeTrainingJobCommand({ TrainingJobName }));
  return {
    prepare: async ({ jobs, standing }) => {
      // Nothing else is to happen in the account.
      for (const job of seeded) await sagemaker.send(new StopTrainingJobCommand({ TrainingJobName: job }));
      await inLanes(jobs, async (job) => {
        // A request as a team would have sent it.
        const request = seedRequest(job, 'gold', 'ml.g5.2xlarge') as unknown as CreateTrainingJobCommandInput;
        await sagemaker.send(new CreateTrainingJobCommand(request));
      });
      await inLanes(standing, async ({ name, job }) => void (await cloudwatch.send(putAlarm(name, job))));
      for (const job of jobs)
        await until(
          async () => (await describe(job)).SecondaryStatus === 'Training',
          `${job} to train`,
          120_000,
        );
    },
    fail: async (job, kind) => {
      await postJson(`${region}/_sandbox/fail`, { job, kind });
      return eventOf(await describe(job));
    },
    // In one request, as the cost of thousands would be counted as Relight's.
    raise: async (names) => void (await postJson(`${region}/_sandbox/alarms`, { names, state: 'ALARM' })),
    send: async (bodies) => {
      const Entries = bodies.map((MessageBody, n) => ({ Id: String(n), MessageBody }));
      await sqs.send(new SendMessageBatchCommand({ QueueUrl: queue, Entries }));
    },
    left: async () => {
      const AttributeNames = [
        'ApproximateNumberOfMessages',
        'ApproximateNumberOfMessagesNotVisible',
      ] as const;
      const command = new GetQueueAttributesCommand({ QueueUrl: queue, AttributeNames: [...AttributeNames] });
      const { Attributes = {} } = await sqs.send(command);
      return AttributeNames.reduce((sum, name) => sum + Number(Attributes[name]), 0);
    },
    close: () => {
      for (const client of [sagemaker, cloudwatch, sqs]) client.destroy();
    },
  };
}

/** https://docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html */
function eventOf(described: DescribeTrainingJobCommandOutput): string {
  const times = Object.entries(described).filter(([, value]) => value instanceof Date);
  return JSON.stringify({
    'detail-type': 'SageMaker Training Job State Change',
    time: described.LastModifiedTime,
    resources: [described.TrainingJobArn],
    detail: { ...described, ...Object.fromEntries(times.map(([name, at]) => [name, Number(at)])) },
  });
}

function putAlarm(AlarmName: string, job: string): PutMetricAlarmCommand {
  return new PutMetricAlarmCommand({
    AlarmName,
    Namespace: 'SRL/Training',
    MetricName: 'MemoryUsage',
    Statistic: 'Maximum',
    Dimensions: [{ Name: 'Host', Value: `${job}/algo-1` }],
    ComparisonOperator: 'GreaterThanThreshold',
    Threshold: 0.9,
    Period: 60,
    EvaluationPeriods: 1,
  });
}

/** Several at a time. */
export async function inLanes<T>(
  list: Iterable<T>,
  work: (one: T) => Promise<void>,
  lanes = 10,
): Promise<void> {
  const waiting = list[Symbol.iterator]();
  const lane = async (): Promise<void> => {
    for (let next = waiting.next(); next.done !== true; next = waiting.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}
