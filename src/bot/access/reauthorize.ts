import { approvalPolicy } from '../../config/approval-policy.ts';
import { OpsError } from '../../errors.ts';
import type { Incident } from '../../incidents/model/incident.ts';
import type { Role } from '../../playbooks/define.ts';
import type { Approval } from '../../playbooks/runner.ts';
import type { BotServices } from '../services.ts';
import { authorize } from './authorize.ts';

/** Called by the worker right before a change: undefined if the approvals still hold, otherwise the reason. */
export type Reauthorize = (
  incident: Incident,
  role: Role,
  approvals: readonly Approval[],
) => Promise<string | undefined>;

export function createReauthorize({
  directory,
  settings,
  clock,
}: Pick<BotServices, 'directory' | 'settings' | 'clock'>): Reauthorize {
  const { incident_channel: channel } = settings;
  return async (incident, role, approvals) => {
    const people = [...new Set(approvals.map(({ by }) => by))];
    const { needs } = approvalPolicy(settings, incident.tier, role);
    if (people.length < needs) return `it now needs ${needs} different people, and ${people.length} approved`;
    for (const user of people) {
      const membership = await directory.membership(user, { fresh: true });
      // A failed lookup does not void an approval: the worker asks again, and acts only once Slack has responded.
      if (membership.kind === 'unknown')
        throw new OpsError('slack-unavailable', `the role of ${user} could not be read: ${membership.why}`);
      const decision = authorize(
        { user, channel, tier: incident.tier, effect: 'change', role, approvedBy: [] },
        settings,
        membership,
        clock.now(),
      );
      if (decision.allowed) continue;
      if (decision.rule === 'lookup')
        throw new OpsError('slack-unavailable', `the user groups of ${user} could not be read`);
      const why =
        decision.rule === 'role' ? 'the role was removed' : 'the Slack account is deactivated or restricted';
      return `${user} is no longer allowed to approve this: ${why}`;
    }
    return undefined;
  };
}
