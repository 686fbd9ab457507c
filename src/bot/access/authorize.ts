import { approvalPolicy, holdersOf, peopleWith } from '../../config/approval-policy.ts';
import type { Settings } from '../../config/settings.ts';
import type { Refusal, Requirement } from '../../incidents/click-result.ts';
import type { Stake } from '../../incidents/stakes.ts';
import { classByRole } from '../../playbooks/define/action.ts';
import type { Role } from '../../playbooks/define.ts';
import type { PolicyClass } from '../../ports/form-fields.ts';
import { roleWords } from '../views/words.ts';
import { cachedMs, type Membership, type Person, staleMs } from './directory.ts';

/** Decides who may do what. Access is denied unless every rule below allows it. */

export interface AccessRequest extends Requirement {
  readonly user: string;
  /** The channel of the click, as Slack signed it. */
  readonly channel: string;
  readonly tier: string;
}

export type Rule = 'channel' | 'lookup' | 'person' | 'same-person' | 'own-request' | 'role';
export type AccessDecision =
  | { readonly allowed: true; readonly rule: 'role' }
  | ({ readonly allowed: false; readonly rule: Rule } & Refusal);

export function authorize(
  request: AccessRequest,
  settings: Settings,
  membership: Membership,
  now: number,
): AccessDecision {
  const policyClass = classOf(request);
  if (request.channel !== settings.incident_channel)
    return denied('channel', `This can only be done in <#${settings.incident_channel}>.`);
  // Looking must stay possible while Slack does not answer; everything else needs a fresh answer.
  const maxAge = policyClass === 'read' ? staleMs : cachedMs;
  if (membership.kind === 'unknown' || now - membership.readAt > maxAge)
    return denied('lookup', notConfirmed);
  if (membership.person !== 'member') return denied('person', personWords[membership.person]);
  if (membership.channel === 'unknown') return denied('lookup', channelNotConfirmed);
  if (membership.channel === 'external') return denied('channel', sharedChannel);
  if (request.breakGlass === true) return mayBreakGlass(request.user, settings);
  return checkApprover(request, policyClass, settings, membership);
}

const notConfirmed = 'Slack did not confirm who you are, so nothing was done. Press again in a moment.';
const channelNotConfirmed =
  'Slack did not confirm that this channel is internal, so nothing was done. Press again in a moment.';
const sharedChannel =
  'This channel is shared with another organization, so Relight does nothing here. Stop sharing it, or set another incident_channel in relight.yaml.';

function classOf({ effect, policyClass, role }: Requirement): PolicyClass {
  if (effect === 'read') return 'read';
  return effect === 'other' ? 'reversible' : (policyClass ?? classByRole(role));
}

const personWords = {
  bot: 'Apps cannot do this.',
  deleted: 'This Slack account is deactivated.',
  guest: 'Guest accounts are read-only.',
  stranger: 'People from other organizations have read-only access.',
} as const satisfies Record<Exclude<Person, 'member'>, string>;

const stakeWords = {
  started: 'You started this playbook',
  asked: 'You asked for this request',
  adjusted: 'You chose the values of this request',
} as const satisfies Record<Stake, string>;

function checkApprover(
  { user, approvedBy, stakes, tier, role, others }: AccessRequest,
  policyClass: PolicyClass,
  settings: Settings,
  membership: Extract<Membership, { kind: 'found' }>,
): AccessDecision {
  if (approvedBy.includes(user))
    return denied('same-person', 'You have already approved this. It needs another person.');
  const policy = approvalPolicy(settings, tier, { policyClass, role });
  const stake = policy.others || others === true ? stakes?.get(user) : undefined;
  if (stake !== undefined)
    return denied(
      'own-request',
      `${stakeWords[stake]}, so someone else has to approve it: ${roleWords[policy.role]}.`,
      peopleWith(settings.roles, policy.role),
    );
  return checkRole(user, policy.role, settings, membership);
}

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
  return denied('role', `This needs ${roleWords[needed]}.`, peopleWith(settings.roles, needed));
}

function mayBreakGlass(user: string, { break_glass: { users } }: Settings): AccessDecision {
  if (users.includes(user)) return { allowed: true, rule: 'role' };
  return denied('role', 'Only the people under break_glass in relight.yaml may do this.', {
    users,
    groups: [],
  });
}

function denied(rule: Rule, says: string, ask?: Refusal['ask']): AccessDecision {
  return { allowed: false, rule, says, ...(ask !== undefined && { ask }) };
}
