import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { S3Client } from '@aws-sdk/client-s3';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { SQSClient } from '@aws-sdk/client-sqs';

export interface ClientOptions {
  /** True where S3 is a stand-in that knows no bucket in the host name. */
  readonly pathStyle: boolean;
  /** How long AWS may take to begin its answer; 10 s when left out. */
  readonly answerMs?: number;
}

/** `creates` never sends a request twice by itself: the launch protocol decides what a lost answer means. */
export interface SageMakerClients {
  readonly reads: SageMakerClient;
  readonly creates: SageMakerClient;
}

export interface Clients {
  readonly sagemaker: SageMakerClients;
  readonly s3: S3Client;
  readonly cloudwatch: CloudWatchClient;
  readonly logs: CloudWatchLogsClient;
  readonly sqs: SQSClient;
  readonly close: () => void;
}

const defaultAnswerMs = 10_000;

/** Longer than the longest long poll: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html */
const longPollMs = 30_000;

/** S3 may be silent for a while in the middle of a large copy. */
const longestSilenceMs = 60_000;

/**
 * Region, endpoint and credentials are the SDK's own business: it reads its AWS_ variables itself.
 *
 * Three tries, not more, and not the adaptive mode, which makes a call wait inside the SDK while it holds a worker:
 * what is still throttled then goes back to the queue, which waits without one.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
 */
export function createClients({ pathStyle, answerMs = defaultAnswerMs }: ClientOptions): Clients {
  const usual = { maxAttempts: 3, customUserAgent: 'relight', requestHandler: patience(answerMs, answerMs) };
  const sagemaker = {
    reads: new SageMakerClient(usual),
    creates: new SageMakerClient({ ...usual, maxAttempts: 1 }),
  };
  const s3 = new S3Client({
    ...usual,
    forcePathStyle: pathStyle,
    requestHandler: patience(answerMs, longestSilenceMs),
  });
  const cloudwatch = new CloudWatchClient(usual);
  const logs = new CloudWatchLogsClient(usual);
  const sqs = new SQSClient({ ...usual, requestHandler: patience(longPollMs, longPollMs) });
  return {
    sagemaker,
    s3,
    cloudwatch,
    logs,
    sqs,
    close: () => {
      for (const client of [sagemaker.reads, sagemaker.creates, s3, cloudwatch, logs, sqs]) client.destroy();
    },
  };
}

/**
 * By default the SDK waits for ever, and `requestTimeout` alone only warns; `socketTimeout` ends an answer that stops
 * half-way, which `requestTimeout` no longer covers.
 */
function patience(
  answerMs: number,
  silenceMs: number,
): {
  readonly connectionTimeout: number;
  readonly requestTimeout: number;
  readonly socketTimeout: number;
  readonly throwOnRequestTimeout: true;
} {
  return {
    connectionTimeout: Math.min(answerMs, 5_000),
    requestTimeout: answerMs,
    socketTimeout: silenceMs,
    throwOnRequestTimeout: true,
  };
}
