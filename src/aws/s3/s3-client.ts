import { S3Client } from '@aws-sdk/client-s3';
import { noteCalls } from '../call-log.ts';
import { type ClientOptions, commonSettings, defaultAnswerMs, timeouts } from '../client-settings.ts';
import { fenced, type S3Fence } from './fence.ts';

/** S3 can pause for a while during a large copy. */
const maxIdleMs = 60_000;

/** A separate module, because loading the clients of all services takes longer than reading a lot of data. */
export function createS3Client(
  { pathStyle, answerMs = defaultAnswerMs }: ClientOptions,
  fence: S3Fence = {},
): S3Client {
  return fenced(createVaultClient({ pathStyle, answerMs }), fence);
}

/** The only client that may use the bucket of the audit vault; it is for nothing else. */
export function createVaultClient({ pathStyle, answerMs = defaultAnswerMs }: ClientOptions): S3Client {
  return noteCalls(
    new S3Client({
      ...commonSettings,
      forcePathStyle: pathStyle,
      requestHandler: timeouts(answerMs, maxIdleMs),
    }),
  );
}
