import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { SFNClient } from '@aws-sdk/client-sfn';
import { noteCalls } from '../call-log.ts';
import { commonSettings, defaultAnswerMs, timeouts } from '../client-settings.ts';
import type { Clients } from '../clients.ts';
import { createS3Client, type S3Options } from '../s3/s3-client.ts';
import { traceCalls } from '../trace-calls.ts';
import { sessionProvider } from './actor-session.ts';
import { type ApprovedCalls, type SessionRequest, sessionRequest } from './session-request.ts';

/** The clients that change something, with the credentials of one change. */
export interface ChangeClients {
  readonly request: SessionRequest;
  readonly creates: SageMakerClient;
  readonly changes: SFNClient;
  readonly s3: Clients['s3'];
  /** Opens the session if the change has calls in AWS. Call before anything is marked as sent. */
  readonly ready: () => Promise<void>;
  readonly close: () => void;
}

/** Which role to assume, and where its calls go. */
export interface ActorRole {
  readonly arn: string;
  readonly region: string;
}

/** One session for one run of an approved change; nothing of it is kept for another one. */
export function changeClients(
  { sts }: Pick<Clients, 'sts'>,
  options: Omit<S3Options, 'credentials'>,
  role: ActorRole,
  change: ApprovedCalls,
): ChangeClients {
  const request = sessionRequest(role.arn, role.region, change);
  const credentials = sessionProvider(sts, request);
  const { answerMs = defaultAnswerMs } = options;
  const common = {
    ...commonSettings,
    maxAttempts: 1,
    credentials,
    requestHandler: timeouts(answerMs, answerMs),
  };
  const creates = traceCalls(noteCalls(new SageMakerClient(common)));
  const changes = traceCalls(noteCalls(new SFNClient(common)));
  const s3 = createS3Client({ ...options, credentials });
  return {
    request,
    creates,
    changes,
    s3,
    ready: async () => {
      if (change.calls.length > 0) await credentials();
    },
    close: () => {
      for (const client of [creates, changes, s3]) client.destroy();
    },
  };
}
