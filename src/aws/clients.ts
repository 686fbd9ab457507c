import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { ECRClient } from '@aws-sdk/client-ecr';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { noteCalls } from './call-log.ts';
import { type ClientOptions, commonSettings, defaultAnswerMs, timeouts } from './client-settings.ts';
import type { S3Fence } from './s3/fence.ts';
import { createS3Client, createVaultClient } from './s3/s3-client.ts';

export type Clients = Readonly<ReturnType<typeof createClients>>;
export type SageMakerClients = Clients['sagemaker'];
export type StepFunctionsClients = Clients['stepFunctions'];

/** Longer than the longest SQS long poll (20 s): https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html */
const longPollMs = 30_000;

export function createClients({ pathStyle, answerMs = defaultAnswerMs }: ClientOptions, fence: S3Fence = {}) {
  const common = { ...commonSettings, requestHandler: timeouts(answerMs, answerMs) };
  const sagemaker = {
    reads: noteCalls(new SageMakerClient(common)),
    /** Never retries automatically: the launch protocol decides what a lost response means. */
    creates: noteCalls(new SageMakerClient({ ...common, maxAttempts: 1 })),
  };
  const stepFunctions = {
    reads: noteCalls(new SFNClient(common)),
    /** Never retries automatically: the queue does, and looks first at what exists. */
    changes: noteCalls(new SFNClient({ ...common, maxAttempts: 1 })),
  };
  const s3 = createS3Client({ pathStyle, answerMs }, fence);
  const vault = createVaultClient({ pathStyle, answerMs });
  const cloudwatch = noteCalls(new CloudWatchClient(common));
  const logs = new CloudWatchLogsClient(common);
  const registries = new Map<string, ECRClient>();
  const sns = new SNSClient(common);
  const sqs = new SQSClient({ ...common, requestHandler: timeouts(longPollMs, longPollMs) });
  return {
    sagemaker,
    stepFunctions,
    s3,
    /** For the audit bucket, and for nothing else. */
    vault,
    cloudwatch,
    logs,
    sns,
    sqs,
    /** An image may be in another Region than the jobs. */
    ecrIn: (region: string): ECRClient => {
      const client = registries.get(region) ?? new ECRClient({ ...common, region });
      registries.set(region, client);
      return client;
    },
    close: (): void => {
      for (const pair of [sagemaker, stepFunctions])
        for (const client of Object.values(pair)) client.destroy();
      for (const client of [s3, vault, cloudwatch, logs, sns, sqs, ...registries.values()]) client.destroy();
    },
  };
}
