import type { EscalationRules } from '../incidents/charge/escalation.ts';
import { peopleWith } from './approval-policy.ts';
import { Escalation } from './escalation-settings.ts';
import type { Settings } from './settings.ts';

const unknownTier = { escalation: Escalation.parse({}), contacts: undefined } as const;

/** When people are called about an incident of the tier, and who they are. `pages`: an on-call tool is configured. */
export function escalationRules(
  { tiers, roles }: Pick<Settings, 'tiers' | 'roles'>,
  tier: string,
  pages: boolean,
): EscalationRules {
  const { escalation, contacts } = tiers[tier] ?? unknownTier;
  const leads = peopleWith(roles, 'lead');
  const named = contacts !== undefined && contacts.users.length + contacts.groups.length > 0;
  return {
    percent: escalation.percent,
    repeatMinutes: escalation.repeat_minutes,
    people: { responders: peopleWith(roles, 'responder'), leads, contacts: named ? contacts : leads },
    pages,
  };
}
