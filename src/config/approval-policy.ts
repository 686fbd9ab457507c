import type { Call } from '../incidents/model/calls/call.ts';
import { largest } from '../ports/collections.ts';
import { type ChangeClass, type PolicyClass, Role } from '../ports/form-fields.ts';
import type { Settings } from './settings.ts';

/** Who must approve a change, and how many different people. */
export interface ApprovalPolicy {
  readonly role: Role;
  readonly needs: number;
  /** The people who started the playbook, asked for the request or chose its values do not count. */
  readonly others: boolean;
}

/**
 * A tier that was removed from relight.yaml while its incident was open gets the strictest policy: the highest role, people
 * other than those who asked, and as many approvals as the strictest tier that is left, at least two. What an earlier
 * request of the incident asked for counts too: `incidents/request/outdated-request.ts`.
 */
function unknownTier(tiers: Settings['tiers']): Settings['tiers'][string]['change'] {
  const approvals = largest([2, ...Object.values(tiers).map(({ change }) => change.approvals)]);
  return { role: 'production-approver', approvals, others: true };
}
/** Unless relight.yaml says otherwise, changes in this tier are approved by someone else. */
const approvedByOthers = 'gold';

/**
 * What the tier and the action ask for, by the class of the action. This is the only place that decides it: the proposal,
 * the click and the check right before the change all ask here.
 * @example approvalPolicy(settings, 'gold', { policyClass: 'spend', role: 'responder' }) // { role: 'lead', needs: 1, others: true }
 */
export function approvalPolicy(
  { tiers }: Pick<Settings, 'tiers'>,
  tier: string,
  action: { readonly policyClass: PolicyClass; readonly role: Role },
): ApprovalPolicy {
  const { policyClass, role } = action;
  // Neither costs anything that cannot be undone, and both have to work during an outage.
  if (policyClass === 'read' || policyClass === 'reversible') return { role, needs: 1, others: false };
  return policyOfTier(tiers[tier]?.change ?? unknownTier(tiers), tier, { policyClass, role });
}

function policyOfTier(
  change: Settings['tiers'][string]['change'],
  tier: string,
  { policyClass, role }: { readonly policyClass: ChangeClass; readonly role: Role },
): ApprovalPolicy {
  const isProduction = policyClass === 'production';
  return {
    role: isProduction ? 'production-approver' : stricter(change.role, role),
    needs: change.approvals,
    others: change.others ?? (isProduction || tier === approvedByOthers),
  };
}

function stricter(one: Role, other: Role): Role {
  const order = Role.options;
  return order.indexOf(one) >= order.indexOf(other) ? one : other;
}

/** The list under `roles` in relight.yaml for each role. */
export const roleLists = {
  responder: 'responders',
  lead: 'leads',
  'production-approver': 'production_approvers',
} as const satisfies Record<Role, keyof Settings['roles']>;

/** Everyone who holds a role. A role includes the roles before it, so leads are also responders. */
export function holdersOf(
  roles: Settings['roles'],
  role: Role,
): { readonly users: ReadonlySet<string>; readonly groups: readonly string[] } {
  const lists = Role.options.slice(Role.options.indexOf(role)).map((one) => roles[roleLists[one]]);
  return {
    users: new Set(lists.flatMap(({ users }) => users)),
    groups: lists.flatMap(({ groups }) => groups),
  };
}

/** The people listed for the role; if its list is empty, those of the next role, which includes it. */
export function peopleWith(roles: Settings['roles'], role: Role): Call {
  const lists = Role.options.slice(Role.options.indexOf(role)).map((one) => roles[roleLists[one]]);
  const { users, groups } = lists.find((list) => list.users.length + list.groups.length > 0) ?? {
    users: [],
    groups: [],
  };
  return { users, groups };
}
