import type { S3Client } from '@aws-sdk/client-s3';
import { STSClient } from '@aws-sdk/client-sts';
import { commonSettings, defaultAnswerMs, timeouts } from '../client-settings.ts';
import { createS3Client, type S3Options } from '../s3/s3-client.ts';
import { sessionProvider } from './actor-session.ts';
import type { SessionRequest } from './session-request.ts';

/** A client for S3 in a process of its own, which opens the session itself. */
export function sessionS3(
  options: Omit<S3Options, 'credentials'>,
  request: SessionRequest,
): { readonly s3: S3Client; readonly close: () => void } {
  const { answerMs = defaultAnswerMs } = options;
  const sts = new STSClient({ ...commonSettings, requestHandler: timeouts(answerMs, answerMs) });
  const s3 = createS3Client({ ...options, credentials: sessionProvider(sts, request) });
  return {
    s3,
    close: () => {
      for (const client of [s3, sts]) client.destroy();
    },
  };
}
