import { Role } from '../ports/form-fields.ts';
import type { Settings } from './settings.ts';

/** Who must approve a change, and how many different people. */
export interface ApprovalPolicy {
  readonly role: Role;
  readonly needs: number;
}

/** A tier that was removed from relight.yaml while its incident was open gets the strictest policy. */
const unknownTier: ApprovalPolicy = { role: 'production-approver', needs: 2 };

/**
 * The stricter of what the tier asks for and what the action asks for. This is the only place that decides it: the
 * proposal, the click and the check right before the change all ask here.
 * @example approvalPolicy(settings, 'gold', 'responder') // { role: 'lead', needs: 1 }
 */
export function approvalPolicy(
  { tiers }: Pick<Settings, 'tiers'>,
  tier: string,
  action: Role,
): ApprovalPolicy {
  const change = tiers[tier]?.change;
  const { role, needs } = change === undefined ? unknownTier : { role: change.role, needs: change.approvals };
  return { role: stricter(role, action), needs };
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
