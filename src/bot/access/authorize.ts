import type { Settings } from '../../config/settings.ts';
import type { Role } from '../../playbooks/define.ts';
import { roleWords } from '../views/words.ts';
import { type Membership, type Person, rememberedMs } from './directory.ts';

/** Who may do what. Nobody may do anything unless every rule below lets them. */

export interface Question {
  readonly user: string;
  /** Where the person pressed, as Slack signed it. */
  readonly channel: string;
  readonly tier: string;
  /** `change`: the tier's policy counts as well as the action's own. */
  readonly effect: 'change' | 'other';
  /** The least role that the action asks for. */
  readonly role: Role;
  /** Who has approved the same request before. */
  readonly approvedBy: readonly string[];
}

export type Rule = 'channel' | 'lookup' | 'person' | 'same-person' | 'role';
export type Ruling =
  | { readonly allowed: true; readonly rule: 'role' }
  | { readonly allowed: false; readonly rule: Rule; readonly says: string };

const ranks = { responder: 1, lead: 2, 'production-approver': 3 } as const satisfies Record<Role, number>;

export function authorize(
  question: Question,
  settings: Settings,
  membership: Membership,
  now: number,
): Ruling {
  if (question.channel !== settings.incident_channel)
    return denied('channel', `This can only be done in <#${settings.incident_channel}>.`);
  if (membership.kind === 'unknown' || now - membership.readAt > rememberedMs)
    return denied('lookup', 'Slack did not say who you are, so nothing was done. Press again in a moment.');
  if (membership.person !== 'member') return denied('person', personWords[membership.person]);
  if (question.approvedBy.includes(question.user))
    return denied('same-person', 'You have approved this already: it takes another person.');
  return rulingOnRole(question.user, neededRole(question, settings), settings, membership);
}

const personWords = {
  bot: 'Apps may not do this.',
  deleted: 'This Slack account is deactivated.',
  guest: 'Guests may look, and do nothing.',
  stranger: 'People from other organisations may look, and do nothing.',
} as const satisfies Record<Exclude<Person, 'member'>, string>;

/**
 * The stricter one of what the action asks for and, for a change, what the tier asks for. A tier that was taken out of
 * relight.yaml while its incident was open asks for the most.
 */
function neededRole({ effect, role, tier }: Question, { tiers }: Settings): Role {
  if (effect === 'other') return role;
  const policy = tiers[tier]?.change.role ?? 'production-approver';
  return ranks[policy] > ranks[role] ? policy : role;
}

function rulingOnRole(
  user: string,
  needed: Role,
  settings: Settings,
  membership: Extract<Membership, { kind: 'found' }>,
): Ruling {
  const held = rankOf(user, settings.roles, membership.groups);
  if (held >= ranks[needed]) return { allowed: true, rule: 'role' };
  if (membership.unreadable.length > 0)
    return denied(
      'lookup',
      `It takes ${roleWords[needed]}, and Slack did not say whether you are one. Press again in a moment.`,
    );
  return denied(
    'role',
    `It takes ${roleWords[needed]}, which you are not. Ask one to press, or to add you in relight.yaml.`,
  );
}

function rankOf(user: string, roles: Settings['roles'], groups: readonly string[]): number {
  const holds = ({ users, groups: granted }: Settings['roles']['leads']): boolean =>
    users.includes(user) || granted.some((group) => groups.includes(group));
  if (holds(roles.production_approvers)) return ranks['production-approver'];
  if (holds(roles.leads)) return ranks.lead;
  return holds(roles.responders) ? ranks.responder : 0;
}

function denied(rule: Rule, says: string): Ruling {
  return { allowed: false, rule, says };
}
