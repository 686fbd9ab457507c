import { approvalPolicy, holdersOf } from '../../config/approval-policy.ts';
import type { Settings } from '../../config/settings.ts';
import type { Requirement } from '../../incidents/click-result.ts';
import type { Role } from '../../playbooks/define.ts';
import { roleWords } from '../views/words.ts';
import { cachedMs, type Membership, type Person } from './directory.ts';

/** Decides who may do what. Access is denied unless every rule below allows it. */

export interface AccessRequest extends Requirement {
  readonly user: string;
  /** The channel of the click, as Slack signed it. */
  readonly channel: string;
  readonly tier: string;
}

export type Rule = 'channel' | 'lookup' | 'person' | 'same-person' | 'role';
export type AccessDecision =
  | { readonly allowed: true; readonly rule: 'role' }
  | { readonly allowed: false; readonly rule: Rule; readonly says: string };

export function authorize(
  request: AccessRequest,
  settings: Settings,
  membership: Membership,
  now: number,
): AccessDecision {
  if (request.channel !== settings.incident_channel)
    return denied('channel', `This can only be done in <#${settings.incident_channel}>.`);
  if (membership.kind === 'unknown' || now - membership.readAt > cachedMs)
    return denied(
      'lookup',
      'Slack did not confirm who you are, so nothing was done. Press again in a moment.',
    );
  if (membership.person !== 'member') return denied('person', personWords[membership.person]);
  if (request.approvedBy.includes(request.user))
    return denied('same-person', 'You have already approved this. It needs another person.');
  const { effect, role, tier } = request;
  const needed = effect === 'change' ? approvalPolicy(settings, tier, role).role : role;
  return checkRole(request.user, needed, settings, membership);
}

const personWords = {
  bot: 'Apps cannot do this.',
  deleted: 'This Slack account is deactivated.',
  guest: 'Guest accounts are read-only.',
  stranger: 'People from other organizations have read-only access.',
} as const satisfies Record<Exclude<Person, 'member'>, string>;

function checkRole(
  user: string,
  needed: Role,
  settings: Settings,
  membership: Extract<Membership, { kind: 'found' }>,
): AccessDecision {
  const { users, groups } = holdersOf(settings.roles, needed);
  if (users.has(user) || groups.some((group) => membership.groups.includes(group)))
    return { allowed: true, rule: 'role' };
  if (membership.unreadable.length > 0)
    return denied(
      'lookup',
      `This needs ${roleWords[needed]}, and Slack did not confirm that you are one. Press again in a moment.`,
    );
  return denied(
    'role',
    `This needs ${roleWords[needed]}. Ask one to press it, or have yourself added in relight.yaml.`,
  );
}

function denied(rule: Rule, says: string): AccessDecision {
  return { allowed: false, rule, says };
}
