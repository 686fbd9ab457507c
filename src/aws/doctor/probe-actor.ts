import { AssumeRoleCommand, type AssumeRoleCommandInput } from '@aws-sdk/client-sts';
import { callAws } from '../aws-errors.ts';
import type { Clients } from '../clients.ts';
import { sessionRequest } from '../sessions/session-request.ts';
import { callProbe, notProbed, type Probe } from './probe.ts';

/** Opens sessions as for a change, but with a policy that allows nothing. Each probe adds one of the permissions. */
export function actorProbes({ sts }: Pick<Clients, 'sts'>, role: string | undefined): readonly Probe[] {
  if (role === undefined) return [withoutRole];
  const { Tags, SourceIdentity, ...plain } = sessionRequest(role, '', {
    id: 'relight-doctor',
    incident: 'relight-doctor',
    hash: 'relight-doctor',
    approvers: ['relight-doctor'],
    calls: [],
  });
  const open = async (input: AssumeRoleCommandInput): Promise<unknown> =>
    callAws(`AssumeRole ${role}`, async () => sts.send(new AssumeRoleCommand(input)));
  return [
    callProbe('sts:AssumeRole', `open a session of ${role} for each change`, async () => open(plain)),
    callProbe('sts:TagSession', 'tag that session with the incident', async () => open({ ...plain, Tags })),
    callProbe('sts:SetSourceIdentity', 'name the approver in all that follows from that session', async () =>
      open({ ...plain, SourceIdentity }),
    ),
  ].map((probe) => ({ ...probe, source: 'RELIGHT_ACTOR_ROLE_ARN' }));
}

const withoutRole = notProbed(
  'sts:AssumeRole',
  'open a session for each change',
  'RELIGHT_ACTOR_ROLE_ARN is not set, so changes use the credentials of the worker: they are not limited to the approved calls, and CloudTrail does not show who approved them (docs/iam.md)',
);
