import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { ECRClient } from '@aws-sdk/client-ecr';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { STSClient } from '@aws-sdk/client-sts';
import { noteCalls } from './call-log.ts';
import { type ClientOptions, commonSettings, defaultAnswerMs, timeouts } from './client-settings.ts';
import { createS3Client } from './s3/s3-client.ts';

export type Clients = Readonly<ReturnType<typeof createClients>>;
export type SageMakerClients = Clients['sagemaker'];
export type StepFunctionsClients = Clients['stepFunctions'];

/** Longer than the longest SQS long poll (20 s): https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html */
const longPollMs = 30_000;

export function createClients({ pathStyle, answerMs = defaultAnswerMs }: ClientOptions) {
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
  const s3 = createS3Client({ pathStyle, answerMs });
  /** For the archive: copying the journal is no part of the change that waits for it. */
  const archive = createS3Client({ pathStyle, answerMs });
  const cloudwatch = noteCalls(new CloudWatchClient(common));
  const logs = new CloudWatchLogsClient(common);
  const registries = new Map<string, ECRClient>();
  const sns = new SNSClient(common);
  const sqs = new SQSClient({ ...common, requestHandler: timeouts(longPollMs, longPollMs) });
  const sts = new STSClient(common);
  return {
    sagemaker,
    stepFunctions,
    s3,
    archive,
    cloudwatch,
    logs,
    sns,
    sqs,
    sts,
    /** An image may be in another Region than the jobs. */
    ecrIn: (region: string): ECRClient => {
      const client = registries.get(region) ?? new ECRClient({ ...common, region });
      registries.set(region, client);
      return client;
    },
    close: (): void => {
      for (const pair of [sagemaker, stepFunctions])
        for (const client of Object.values(pair)) client.destroy();
      for (const client of [s3, archive, cloudwatch, logs, sns, sqs, sts, ...registries.values()])
        client.destroy();
    },
  };
}
