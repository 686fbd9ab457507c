import { approvalPolicy } from '../../config/approval-policy.ts';
import type { Settings } from '../../config/settings.ts';
import { OpsError } from '../../errors.ts';
import type { Incident } from '../../incidents/model/incident.ts';
import type { Role } from '../../playbooks/define.ts';
import type { Approval } from '../../playbooks/runner.ts';
import type { Clock } from '../../ports/ports.ts';
import { authorize } from './authorize.ts';
import type { Directory } from './directory.ts';

/** Asked by the worker right before a change: undefined when the approvals still hold, else the reason why not. */
export type Reauthorize = (
  incident: Incident,
  role: Role,
  approvals: readonly Approval[],
) => Promise<string | undefined>;

export interface ReauthorizeParts {
  readonly directory: Directory;
  readonly settings: Settings;
  readonly clock: Clock;
}

export function createReauthorize({ directory, settings, clock }: ReauthorizeParts): Reauthorize {
  return async (incident, role, approvals) => {
    const people = [...new Set(approvals.map(({ by }) => by))];
    const { needs } = approvalPolicy(settings, incident.tier, role);
    if (people.length < needs) return `it takes ${needs} different people now, and ${people.length} approved`;
    for (const user of people) {
      const membership = await directory.membership(user, { fresh: true });
      // Not knowing is no reason to let an approval die: the worker asks again, and acts only once Slack has answered.
      if (membership.kind === 'unknown')
        throw new OpsError('slack-unavailable', `the role of ${user} could not be read: ${membership.why}`);
      const question = {
        user,
        channel: settings.incident_channel,
        tier: incident.tier,
        role,
        approvedBy: [],
      };
      const ruling = authorize({ ...question, effect: 'change' }, settings, membership, clock.now());
      if (ruling.allowed) continue;
      if (ruling.rule === 'lookup')
        throw new OpsError('slack-unavailable', `the user groups of ${user} could not be read`);
      return `${user} may no longer approve this (${ruling.rule})`;
    }
    return undefined;
  };
}
