import { approvalPolicy, holdersOf } from '../../config/approval-policy.ts';
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
  const { effect, role, tier } = question;
  const needed = effect === 'change' ? approvalPolicy(settings, tier, role).role : role;
  return rulingOnRole(question.user, needed, settings, membership);
}

const personWords = {
  bot: 'Apps may not do this.',
  deleted: 'This Slack account is deactivated.',
  guest: 'Guests may look, and do nothing.',
  stranger: 'People from other organisations may look, and do nothing.',
} as const satisfies Record<Exclude<Person, 'member'>, string>;

function rulingOnRole(
  user: string,
  needed: Role,
  settings: Settings,
  membership: Extract<Membership, { kind: 'found' }>,
): Ruling {
  const { users, groups } = holdersOf(settings.roles, needed);
  if (users.has(user) || groups.some((group) => membership.groups.includes(group)))
    return { allowed: true, rule: 'role' };
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

function denied(rule: Rule, says: string): Ruling {
  return { allowed: false, rule, says };
}
