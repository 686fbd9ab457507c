import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { account, region } from '../arn.ts';
import { AwsError } from '../responses.ts';
import { trainingBucket } from '../seed.ts';
import { headKeyId } from '../signing-keys.ts';
import { type Need, Policy, verdictOf } from './policy.ts';

/** A session of a role, as the ledger shows it with each call that it made. */
export interface Session {
  readonly role: string;
  readonly name: string;
  readonly sourceIdentity?: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
  readonly policy?: Policy | undefined;
}

interface Principal {
  readonly accessKeyId: string;
  readonly arn: string;
  readonly session?: Session;
  /** The policy of its role; without one, everything is allowed. */
  readonly policy?: Policy;
}

export const actorRole = `arn:aws:iam::${account}:role/relight-actor`;

/** The roles of deploy/iam, each by the access key that has it. All other keys may do everything. */
const roleKeys = { AKIARELIGHTBOT: 'bot', AKIARELIGHTOBSERVER: 'observer' } as const;

/** The policies of deploy/iam with the names of this account. */
function deployedPolicy(role: 'bot' | 'observer' | 'actor'): Policy {
  const text = readFileSync(new URL(`../../../deploy/iam/${role}.json`, import.meta.url), 'utf8')
    .replaceAll('REGION', region)
    .replaceAll(':ACCOUNT:', `:${account}:`)
    .replaceAll('TRAINING_BUCKET', trainingBucket)
    .replaceAll('BACKUP_BUCKET', 'srl-rlvr-backup')
    .replaceAll('AUDIT_BUCKET', 'srl-rlvr-audit')
    .replaceAll('HEAD_KEY_ID', headKeyId)
    .replaceAll('STATE_MACHINE', '*');
  return Policy.parse(JSON.parse(text));
}

/** Who calls: the credentials of the processes, and the sessions that they opened. */
export class Principals {
  private readonly sessions = new Map<string, Session>();
  private readonly policies = new Map<string, Policy>();

  /** Credentials of a new session. */
  open(session: Session): { readonly accessKeyId: string } {
    const accessKeyId = `ASIA${randomBytes(8).toString('hex').toUpperCase()}`;
    this.sessions.set(accessKeyId, session);
    return { accessKeyId };
  }

  /** The caller by the access key that signed the request. */
  of(headers: IncomingHttpHeaders): Principal {
    const [, accessKeyId = ''] = /Credential=([^/]+)\//.exec(headers.authorization ?? '') ?? [];
    const session = this.sessions.get(accessKeyId);
    if (session !== undefined)
      return {
        accessKeyId,
        arn: `arn:aws:sts::${account}:assumed-role/${session.role.split('/').at(-1)}/${session.name}`,
        session,
        policy: this.policyOf('actor'),
      };
    const role = roleKeys[accessKeyId as keyof typeof roleKeys];
    const arn = `arn:aws:sts::${account}:assumed-role/relight-${role ?? 'sandbox'}/sandbox`;
    if (accessKeyId.startsWith('ASIA')) return { accessKeyId, arn, policy: nothing };
    return { accessKeyId, arn, ...(role !== undefined && { policy: this.policyOf(role) }) };
  }

  /** Throws the error of AWS if the caller lacks a permission. */
  require({ arn, session, policy }: Principal, service: string, needs: readonly Need[]): void {
    for (const need of needs) {
      const byRole = policy === undefined ? 'allowed' : verdictOf(policy, need);
      const bySession = session?.policy === undefined ? 'allowed' : verdictOf(session.policy, need);
      const why = whyNot('identity-based policy', byRole, need) ?? whyNot('session policy', bySession, need);
      if (why !== undefined) throw denial(service, arn, need, why);
    }
  }

  private policyOf(role: 'bot' | 'observer' | 'actor'): Policy {
    const policy = this.policies.get(role) ?? deployedPolicy(role);
    this.policies.set(role, policy);
    return policy;
  }
}

const nothing: Policy = Policy.parse({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }],
});

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html */
function whyNot(kind: string, verdict: ReturnType<typeof verdictOf>, { action }: Need): string | undefined {
  if (verdict === 'allowed') return undefined;
  if (verdict === 'denied') return `with an explicit deny in ${kind.startsWith('i') ? 'an' : 'a'} ${kind}`;
  return `because no ${kind} allows the ${action} action`;
}

function denial(service: string, arn: string, { action, resource = '*' }: Need, why: string): AwsError {
  const where = service === 's3' ? `"${resource}"` : resource;
  const message = `User: ${arn} is not authorized to perform: ${action} on resource: ${where} ${why}`;
  return ['s3', 'sts'].includes(service)
    ? new AwsError('AccessDenied', message, 403)
    : new AwsError('AccessDeniedException', message);
}
