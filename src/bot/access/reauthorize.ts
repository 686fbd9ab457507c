import { approvalPolicy } from '../../config/approval-policy.ts';
import { OpsError } from '../../errors.ts';
import type { Requirement } from '../../incidents/click-result.ts';
import type { Incident } from '../../incidents/model/incident.ts';
import { stakesIn } from '../../incidents/stakes.ts';
import type { Approval, GlassUsed } from '../../playbooks/runner.ts';
import type { ChangeClass } from '../../ports/form-fields.ts';
import type { BotServices } from '../services.ts';
import { authorize, type Rule } from './authorize.ts';

/** A change that is about to be carried out, with what its approvals have to fulfill. */
export interface ApprovedChange extends Pick<Requirement, 'role' | 'others'> {
  readonly step: string;
  readonly policyClass: ChangeClass;
  readonly approvals: readonly Approval[];
  readonly glass?: GlassUsed | undefined;
}

/** Called by the worker right before a change: undefined if the approvals still hold, otherwise the reason. */
export type Reauthorize = (incident: Incident, change: ApprovedChange) => Promise<string | undefined>;

type Services = Pick<BotServices, 'directory' | 'settings' | 'clock'>;

export function createReauthorize(services: Services): Reauthorize {
  return async (incident, change) => {
    const { approvals, glass, role, policyClass } = change;
    // The person who broke the glass answers for the change alone.
    if (glass !== undefined)
      return whyNot(services, incident, { ...change, user: glass.by, breakGlass: true });
    const people = [...new Set(approvals.map(({ by }) => by))];
    const { needs } = approvalPolicy(services.settings, incident.tier, { policyClass, role });
    if (people.length < needs) return `it now needs ${needs} different people, and ${people.length} approved`;
    for (const user of people) {
      const why = await whyNot(services, incident, { ...change, user });
      if (why !== undefined) return why;
    }
    return undefined;
  };
}

async function whyNot(
  { directory, settings, clock }: Services,
  incident: Incident,
  {
    step,
    user,
    role,
    policyClass,
    others,
    breakGlass,
  }: ApprovedChange & Pick<Requirement, 'breakGlass'> & { readonly user: string },
): Promise<string | undefined> {
  const membership = await directory.membership(user, { fresh: true });
  // A failed lookup does not void an approval: the worker asks again, and acts only once Slack has responded.
  if (membership.kind === 'unknown')
    throw new OpsError('slack-unavailable', `the role of ${user} could not be read: ${membership.why}`);
  const { incident_channel: channel } = settings;
  const required = { effect: 'change', role, policyClass, others, approvedBy: [] } as const;
  const decision = authorize(
    {
      ...required,
      stakes: stakesIn(incident, step),
      ...(breakGlass === true && { breakGlass }),
      user,
      channel,
      tier: incident.tier,
    },
    settings,
    membership,
    clock.now(),
  );
  if (decision.allowed) return undefined;
  if (decision.rule === 'lookup')
    throw new OpsError('slack-unavailable', `the user groups of ${user} or the channel could not be read`);
  return `${user} is no longer allowed to approve this: ${words[decision.rule]}`;
}

const words = {
  channel: 'the incident channel is shared with another organization',
  person: 'the Slack account is deactivated or restricted',
  'same-person': 'the person approved twice',
  'own-request': 'it is their own request',
  role: 'the role was removed',
} as const satisfies Record<Exclude<Rule, 'lookup'>, string>;
