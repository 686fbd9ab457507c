import { AssumeRoleCommand, type AssumeRoleCommandInput, type STSClient } from '@aws-sdk/client-sts';
import { z } from 'zod';
import { OpsError } from '../../errors.ts';
import { callAws } from '../aws-errors.ts';
import type { SessionRequest } from './session-request.ts';

/** Credentials as the clients of the SDK want them. */
export interface SessionCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: Date;
}

export type SessionProvider = () => Promise<SessionCredentials>;

/** The SDK asks for new credentials this long before they expire. */
const renewBeforeMs = 5 * 60_000;

/**
 * Credentials of one session, requested when they are first needed and again before they expire. Throws `aws-denied` if the
 * role may not be assumed like this.
 */
export function sessionProvider(sts: STSClient, request: SessionRequest): SessionProvider {
  let open: Promise<SessionCredentials> | undefined;
  let renewAt = 0;
  const renew = async (): Promise<SessionCredentials> => {
    try {
      const credentials = await assume(sts, request);
      renewAt = credentials.expiration.getTime() - renewBeforeMs;
      return credentials;
    } catch (thrown) {
      open = undefined;
      throw thrown;
    }
  };
  return async () => {
    if (open === undefined || Date.now() >= renewAt) {
      // Callers at the same time share one call.
      renewAt = Number.POSITIVE_INFINITY;
      open = renew();
    }
    return open;
  };
}

/** A session keeps the source identity of the credentials that opened it, so it can only be set if those have none. */
async function assume(sts: STSClient, request: SessionRequest): Promise<SessionCredentials> {
  const { SourceIdentity: _identity, ...anonymous } = request;
  try {
    return await send(sts, request);
  } catch (thrown) {
    if (!(thrown instanceof OpsError)) throw thrown;
    if (/sts:SetSourceIdentity/.test(thrown.detail)) return send(sts, anonymous);
    // The policy and the tags share a space whose size nobody can compute before the call.
    if (/PackedPolicyTooLarge/.test(thrown.detail)) return send(sts, { ...request, Tags: [] });
    throw thrown;
  }
}

async function send(sts: STSClient, input: AssumeRoleCommandInput): Promise<SessionCredentials> {
  const { Credentials: found } = await callAws(`AssumeRole ${input.RoleArn}`, async () =>
    sts.send(new AssumeRoleCommand(input)),
  );
  const credentials = Assumed.safeParse(found).data;
  if (credentials === undefined)
    throw new OpsError('aws-unavailable', `AssumeRole ${input.RoleArn} returned no credentials`);
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = credentials;
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: SessionToken,
    expiration: Expiration,
  };
}

const Assumed = z.object({
  AccessKeyId: z.string(),
  SecretAccessKey: z.string(),
  SessionToken: z.string(),
  Expiration: z.date(),
});
