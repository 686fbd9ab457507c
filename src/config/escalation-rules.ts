import type { EscalationRules } from '../incidents/charge/escalation.ts';
import { peopleWith } from './approval-policy.ts';
import { peopleForHelp } from './charge-settings.ts';
import { Escalation } from './escalation-settings.ts';
import type { Settings } from './settings.ts';

const unknownTier = { escalation: Escalation.parse({}) } as const;

/** When people are called about an incident of the tier, and who they are. `pages`: an on-call tool is configured. */
export function escalationRules(
  { tiers, roles }: Pick<Settings, 'tiers' | 'roles'>,
  tier: string,
  pages: boolean,
): EscalationRules {
  const { escalation } = tiers[tier] ?? unknownTier;
  return {
    percent: escalation.percent,
    repeatMinutes: escalation.repeat_minutes,
    people: {
      responders: peopleWith(roles, 'responder'),
      leads: peopleWith(roles, 'lead'),
      contacts: peopleForHelp({ tiers, roles }, tier),
    },
    pages,
  };
}
