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
import type { Storm } from './storm-alarms.ts';

/** The AWS account in which many jobs fail at once. */
export interface Account {
  /** Starts the jobs, waits until they train, and creates the alarms in state OK. */
  readonly prepare: (storm: Storm) => Promise<void>;
  /** Fails a job; returns its EventBridge event. */
  readonly fail: (job: string, kind: string) => Promise<string>;
  readonly raise: (alarms: readonly string[]) => Promise<void>;
  readonly send: (bodies: readonly string[]) => Promise<void>;
  /** The number of messages left in the queue. */
  readonly remaining: () => Promise<number>;
  readonly close: () => void;
}

/** The jobs that are running when the stand-in starts. */
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
    prepare: async ({ jobs, polled }) => {
      // Nothing else may happen in the account.
      for (const job of seeded) await sagemaker.send(new StopTrainingJobCommand({ TrainingJobName: job }));
      await inLanes(jobs, async (job) => {
        // The seed's request type is looser than the SDK's.
        const request = seedRequest(job, 'gold', 'ml.g5.2xlarge') as unknown as CreateTrainingJobCommandInput;
        await sagemaker.send(new CreateTrainingJobCommand(request));
      });
      await inLanes(polled, async ({ name, job }) => void (await cloudwatch.send(putAlarm(name, job))));
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
    // One request, because thousands of requests would slow Relight down and distort the figures.
    raise: async (names) => void (await postJson(`${region}/_sandbox/alarms`, { names, state: 'ALARM' })),
    send: async (bodies) => {
      const Entries = bodies.map((MessageBody, n) => ({ Id: String(n), MessageBody }));
      await sqs.send(new SendMessageBatchCommand({ QueueUrl: queue, Entries }));
    },
    remaining: async () => {
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

/** Runs the work with limited concurrency. */
export async function inLanes<T>(
  list: Iterable<T>,
  work: (one: T) => Promise<void>,
  lanes = 10,
): Promise<void> {
  const remaining = list[Symbol.iterator]();
  const lane = async (): Promise<void> => {
    for (let next = remaining.next(); next.done !== true; next = remaining.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}
