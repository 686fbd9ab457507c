import { type AwsCall, type TryFacts, tagList, tagsOfTry } from '../../ports/calls.ts';
import { sessionPolicy } from './session-policy.ts';

/** An approved change: who approved it, and the calls that they read. */
export interface ApprovedCalls extends TryFacts {
  readonly calls: readonly AwsCall[];
}

/** The input of AssumeRole for one change. Plain data: a reader process opens the session of a data fix itself. */
export interface SessionRequest {
  readonly RoleArn: string;
  readonly RoleSessionName: string;
  readonly SourceIdentity: string;
  readonly Policy: string;
  readonly Tags: { readonly Key: string; readonly Value: string }[];
  readonly DurationSeconds: number;
}

/** The shortest that STS allows. A longer change opens its session again. */
const sessionSeconds = 900;

/**
 * The session of one change: named after its approvers, tagged like the resources that it creates, and limited to its calls.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
export function sessionRequest(role: string, region: string, change: ApprovedCalls): SessionRequest {
  const [, partition = 'aws', account = ''] = /^arn:([^:]+):iam::(\d+):/.exec(role) ?? [];
  const name = sessionName(change.approvers);
  return {
    RoleArn: role,
    RoleSessionName: name,
    SourceIdentity: name,
    Policy: sessionPolicy(change.calls, { partition, account, region, intent: change.id }),
    Tags: tagList(tagsOfTry(change)),
    DurationSeconds: sessionSeconds,
  };
}

/**
 * 2 to 64 characters of the set that STS allows. CloudTrail shows it with each call.
 *
 * @example sessionName(['U0LEAD', 'U0LEAD2']) // 'U0LEAD,U0LEAD2'
 */
function sessionName(approvers: readonly string[]): string {
  return approvers
    .join(',')
    .replaceAll(/[^\w+=,.@-]/g, '-')
    .slice(0, 64)
    .padEnd(2, '-');
}
