import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { AwsError, type HttpResponse } from '../responses.ts';
import { Policy } from './policy.ts';
import { actorRole, type Principals } from './principals.ts';

/** What the trust policy of the actor role leaves out, and whether the policy and the tags are too large together. */
export const TrustRequest = z.object({
  refuses: z.array(z.enum(['sts:AssumeRole', 'sts:SetSourceIdentity', 'sts:TagSession'])).default([]),
  packedTooLarge: z.boolean().default(false),
});
type TrustRequest = z.infer<typeof TrustRequest>;

const name = /^[\w+=,.@-]{2,64}$/;
const maxPolicy = 2_048;
const namespace = 'https://sts.amazonaws.com/doc/2011-06-15/';

/** AssumeRole of STS: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
export class Sts {
  private trust: TrustRequest = TrustRequest.parse({});
  private readonly principals: Principals;

  constructor(principals: Principals) {
    this.principals = principals;
  }

  script(trust: TrustRequest): void {
    this.trust = trust;
  }

  run(form: URLSearchParams, caller: string): HttpResponse {
    const action = form.get('Action');
    if (action !== 'AssumeRole') throw new AwsError('InvalidAction', `The sandbox has no ${action}`);
    const role = form.get('RoleArn') ?? '';
    const tags = tagsIn(form);
    const identity = form.get('SourceIdentity') ?? undefined;
    const session = form.get('RoleSessionName') ?? '';
    requireValid(form, session, identity);
    this.requireTrusted(caller, role, { identity, tags });
    if (this.trust.packedTooLarge && Object.keys(tags).length > 0)
      throw new AwsError(
        'PackedPolicyTooLarge',
        'Packed policy consumes 107% of allotted space, please use smaller policy.',
      );
    const policy = policyIn(form.get('Policy') ?? undefined);
    const { accessKeyId } = this.principals.open({
      role,
      name: session,
      sourceIdentity: identity,
      tags,
      policy,
    });
    const seconds = Number(form.get('DurationSeconds') ?? 3_600);
    return answer(accessKeyId, role, session, new Date(Date.now() + seconds * 1_000));
  }

  private requireTrusted(
    caller: string,
    role: string,
    { identity, tags }: { identity: string | undefined; tags: object },
  ): void {
    const wanted = [
      'sts:AssumeRole' as const,
      ...(identity === undefined ? [] : ['sts:SetSourceIdentity' as const]),
      ...(Object.keys(tags).length === 0 ? [] : ['sts:TagSession' as const]),
    ];
    const refused = role === actorRole ? wanted.find((one) => this.trust.refuses.includes(one)) : wanted[0];
    if (refused !== undefined)
      throw new AwsError(
        'AccessDenied',
        `User: ${caller} is not authorized to perform: ${refused} on resource: ${role}`,
        403,
      );
  }
}

function requireValid(form: URLSearchParams, session: string, identity: string | undefined): void {
  const seconds = Number(form.get('DurationSeconds') ?? 3_600);
  const problem =
    wrongName('roleSessionName', session) ??
    (identity === undefined ? undefined : wrongName('sourceIdentity', identity)) ??
    (seconds < 900
      ? `Value '${seconds}' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 900`
      : undefined) ??
    ((form.get('Policy') ?? '').length > maxPolicy
      ? `Value at 'policy' failed to satisfy constraint: Member must have length less than or equal to ${maxPolicy}`
      : undefined);
  if (problem !== undefined) throw new AwsError('ValidationError', `1 validation error detected: ${problem}`);
}

function wrongName(member: string, value: string): string | undefined {
  return name.test(value)
    ? undefined
    : `Value '${value}' at '${member}' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*`;
}

function policyIn(text: string | undefined): Policy | undefined {
  if (text === undefined) return undefined;
  try {
    return Policy.parse(JSON.parse(text));
  } catch {
    throw new AwsError('MalformedPolicyDocument', 'The policy is not in the valid JSON format.');
  }
}

/** `Tags.member.1.Key` and `Tags.member.1.Value`. */
function tagsIn(form: URLSearchParams): Record<string, string> {
  const tags: Record<string, string> = {};
  for (let index = 1; form.has(`Tags.member.${index}.Key`); index += 1)
    tags[form.get(`Tags.member.${index}.Key`) ?? ''] = form.get(`Tags.member.${index}.Value`) ?? '';
  return tags;
}

function answer(accessKeyId: string, role: string, session: string, expires: Date): HttpResponse {
  const arn = `${role.replace(':iam:', ':sts:').replace(':role/', ':assumed-role/')}/${session}`;
  return xml(
    200,
    `<AssumeRoleResponse xmlns="${namespace}"><AssumeRoleResult><AssumedRoleUser><AssumedRoleId>AROASANDBOX:${session}</AssumedRoleId><Arn>${arn}</Arn></AssumedRoleUser><Credentials><AccessKeyId>${accessKeyId}</AccessKeyId><SecretAccessKey>sandbox-session</SecretAccessKey><SessionToken>sandbox-${accessKeyId}</SessionToken><Expiration>${expires.toISOString()}</Expiration></Credentials><PackedPolicySize>42</PackedPolicySize></AssumeRoleResult><ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata></AssumeRoleResponse>`,
  );
}

/** Errors of the Query protocol: https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html */
export function queryError({ code, message, status }: AwsError): HttpResponse {
  const text = message.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return xml(
    status,
    `<ErrorResponse xmlns="${namespace}"><Error><Type>Sender</Type><Code>${code}</Code><Message>${text}</Message></Error><RequestId>${randomUUID()}</RequestId></ErrorResponse>`,
  );
}

function xml(status: number, body: string): HttpResponse {
  return { status, headers: { 'content-type': 'text/xml' }, body: Buffer.from(body) };
}
