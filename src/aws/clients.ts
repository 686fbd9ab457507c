import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { ECRClient } from '@aws-sdk/client-ecr';
import { KMSClient } from '@aws-sdk/client-kms';
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
  const registries = perRegion((region) => traceCalls(new ECRClient({ ...common, region })));
  const kms = perRegion((region) => traceCalls(new KMSClient({ ...common, region })));
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
    ecrIn: registries.in,
    /** A key may be, too. */
    kmsIn: kms.in,
    close: (): void => {
      for (const pair of [sagemaker, stepFunctions])
        for (const client of Object.values(pair)) client.destroy();
      for (const client of [s3, vault, archive, cloudwatch, logs, sns, sqs, sts]) client.destroy();
      for (const client of [...registries.all(), ...kms.all()]) client.destroy();
    },
  };
}

/** One client for each Region that is asked for. */
function perRegion<Client>(create: (region: string) => Client) {
  const clients = new Map<string, Client>();
  return {
    in: (region: string): Client => {
      const client = clients.get(region) ?? create(region);
      clients.set(region, client);
      return client;
    },
    all: (): readonly Client[] => [...clients.values()],
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
