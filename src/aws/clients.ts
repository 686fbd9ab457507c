import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { ECRClient } from '@aws-sdk/client-ecr';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { STSClient } from '@aws-sdk/client-sts';
import { noteCalls } from './call-log.ts';
import { commonSettings, defaultAnswerMs, timeouts } from './client-settings.ts';
import { createS3Client, createVaultClient, type S3Options } from './s3/s3-client.ts';
import { traceCalls } from './trace-calls.ts';

export type Clients = Readonly<ReturnType<typeof createClients>>;
export type SageMakerClients = Clients['sagemaker'];
export type StepFunctionsClients = Clients['stepFunctions'];

/** Longer than the longest SQS long poll (20 s): https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html */
const longPollMs = 30_000;

export function createClients({
  pathStyle,
  answerMs = defaultAnswerMs,
  fence,
}: Omit<S3Options, 'credentials'>) {
  const common = { ...commonSettings, requestHandler: timeouts(answerMs, answerMs) };
  const { sagemaker, stepFunctions } = pairsOf(common);
  const s3 = createS3Client({ pathStyle, answerMs, fence });
  const vault = createVaultClient({ pathStyle, answerMs });
  /** For the archive: copying the journal is no part of the change that waits for it. */
  const archive = createVaultClient({ pathStyle, answerMs });
  const cloudwatch = traceCalls(noteCalls(new CloudWatchClient(common)));
  const logs = traceCalls(new CloudWatchLogsClient(common));
  const registries = new Map<string, ECRClient>();
  const sns = traceCalls(new SNSClient(common));
  const sqs = traceCalls(new SQSClient({ ...common, requestHandler: timeouts(longPollMs, longPollMs) }));
  const sts = traceCalls(new STSClient(common));
  return {
    sagemaker,
    stepFunctions,
    s3,
    /** For the audit bucket, and for nothing else. */
    vault,
    archive,
    cloudwatch,
    logs,
    sns,
    sqs,
    sts,
    /** An image may be in another Region than the jobs. */
    ecrIn: (region: string): ECRClient => {
      const client = registries.get(region) ?? traceCalls(new ECRClient({ ...common, region }));
      registries.set(region, client);
      return client;
    },
    close: (): void => {
      for (const pair of [sagemaker, stepFunctions])
        for (const client of Object.values(pair)) client.destroy();
      for (const client of [s3, vault, archive, cloudwatch, logs, sns, sqs, sts, ...registries.values()])
        client.destroy();
    },
  };
}

/** Clients that retry reads. A change is never retried automatically: each has its own protocol for a lost response. */
function pairsOf(common: typeof commonSettings & { readonly requestHandler: ReturnType<typeof timeouts> }) {
  const once = { ...common, maxAttempts: 1 };
  return {
    sagemaker: {
      reads: traceCalls(noteCalls(new SageMakerClient(common))),
      creates: traceCalls(noteCalls(new SageMakerClient(once))),
    },
    stepFunctions: {
      reads: traceCalls(noteCalls(new SFNClient(common))),
      changes: traceCalls(noteCalls(new SFNClient(once))),
    },
  };
}
