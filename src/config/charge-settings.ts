import type { AttemptBudget } from '../incidents/charge/attempt-budget.ts';
import type { Call } from '../incidents/model/calls/call.ts';
import { smallest } from '../ports/collections.ts';
import { peopleWith } from './approval-policy.ts';
import type { Settings } from './settings.ts';

/** Without a setting, people are called after a twelfth of the RTO: 5 minutes of an hour. */
const partOfRto = 12;
/** A tier that was removed from relight.yaml while its incident was open: no more attempts than any tier that is left. */
const unknownTier = { takeMinutes: 5, attempts: 3, change: { role: 'lead' } } as const;

/**
 * The minutes after which people are called to take an incident of the tier.
 * @example takeMinutes(settings, 'gold') // 5
 */
export function takeMinutes({ tiers }: Pick<Settings, 'tiers'>, tier: string): number {
  const found = tiers[tier];
  return found === undefined
    ? unknownTier.takeMinutes
    : (found.take_minutes ?? found.rto_minutes / partOfRto);
}

/** How many attempts on one cause Relight makes in the tier, and whom it calls then. */
export function attemptBudget(
  { tiers, roles }: Pick<Settings, 'tiers' | 'roles'>,
  tier: string,
): AttemptBudget {
  const known = tiers[tier];
  const { change } = known ?? unknownTier;
  const all = Object.values(tiers).map(({ attempts }) => attempts);
  const attempts = known?.attempts ?? smallest([unknownTier.attempts, ...all]);
  return { attempts, call: peopleWith(roles, change.role) };
}

/**
 * The people called to take an incident: the responders, and from the second reminder on the leads too.
 * @example peopleToTake(settings, 1) // { users: [], groups: ['S0RESPOND'] }
 */
export function peopleToTake({ roles }: Pick<Settings, 'roles'>, reminder: number): Call {
  const responders = peopleWith(roles, 'responder');
  if (reminder === 1) return responders;
  const leads = peopleWith(roles, 'lead');
  return {
    users: [...new Set([...responders.users, ...leads.users])],
    groups: [...new Set([...responders.groups, ...leads.groups])],
  };
}

/**
 * The people whom *Call for help* mentions and who are called when the RTO is missed: the contacts of the tier, or else
 * the leads.
 * @example peopleForHelp(settings, 'gold') // { users: ['U0ONCALL'], groups: [] }
 */
export function peopleForHelp({ tiers, roles }: Pick<Settings, 'tiers' | 'roles'>, tier: string): Call {
  const { users, groups } = tiers[tier]?.contacts ?? { users: [], groups: [] };
  return users.length + groups.length > 0 ? { users, groups } : peopleWith(roles, 'lead');
}
