import { S3Client } from '@aws-sdk/client-s3';
import { noteCalls } from '../call-log.ts';
import { type ClientOptions, commonSettings, defaultAnswerMs, timeouts } from '../client-settings.ts';
import type { SessionProvider } from '../sessions/actor-session.ts';

/** S3 can pause for a while during a large copy. */
const maxIdleMs = 60_000;

/** `credentials`: of a session; without it, the SDK's own. A separate module, because loading the clients of all services takes longer than reading a lot of data. */
export function createS3Client(
  { pathStyle, answerMs = defaultAnswerMs }: ClientOptions,
  credentials?: SessionProvider,
): S3Client {
  return noteCalls(
    new S3Client({
      ...commonSettings,
      forcePathStyle: pathStyle,
      ...(credentials && { credentials }),
      requestHandler: timeouts(answerMs, maxIdleMs),
    }),
  );
}
