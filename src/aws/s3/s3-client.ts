import { S3Client } from '@aws-sdk/client-s3';
import { noteCalls } from '../call-log.ts';
import { type ClientOptions, commonSettings, defaultAnswerMs, timeouts } from '../client-settings.ts';
import type { SessionProvider } from '../sessions/actor-session.ts';
import { traceCalls } from '../trace-calls.ts';
import { fenced, type S3Fence } from './fence.ts';

/** S3 can pause for a while during a large copy. */
const maxIdleMs = 60_000;

export interface S3Options extends ClientOptions {
  readonly fence?: S3Fence | undefined;
  /** Of a session; without it, the SDK's own. */
  readonly credentials?: SessionProvider | undefined;
}

/** A separate module, because loading the clients of all services takes longer than reading a lot of data. */
export function createS3Client({ fence = {}, ...options }: S3Options): S3Client {
  return fenced(createVaultClient(options), fence);
}

/** The only client that may use the bucket of the audit vault; it is for nothing else. */
export function createVaultClient({
  pathStyle,
  answerMs = defaultAnswerMs,
  credentials,
}: Omit<S3Options, 'fence'>): S3Client {
  const client = noteCalls(
    new S3Client({
      ...commonSettings,
      forcePathStyle: pathStyle,
      ...(credentials && { credentials }),
      requestHandler: timeouts(answerMs, maxIdleMs),
    }),
  );
  return traceCalls(client);
}
