import type { Role } from '../playbooks/define.ts';
import type { Proposal } from '../ports/step-output.ts';
import type { Decision } from './journal/store.ts';
import type { IncidentEvent } from './model/events.ts';

/** The step and the attempt that the person saw, and the first characters of the hash of the request shown. */
export interface ClickTarget {
  readonly step: string;
  readonly attempt: number;
  /** Empty where there is nothing to approve. */
  readonly hash: string;
}

export interface Requirement {
  /** `change`: the tier's approval policy applies too. */
  readonly effect: 'change' | 'other';
  readonly role: Role;
  readonly approvedBy: readonly string[];
}

export type Authorization = { readonly allowed: true } | { readonly allowed: false; readonly says: string };
export type Authorize = (required: Requirement) => Authorization;

type Recorded =
  | 'approved'
  | 'retried'
  | 'answered'
  | 'adjusted'
  | 'declined'
  | 'skipped'
  | 'went-back'
  | 'canceled'
  | 'cancel-asked'
  | 'kept'
  | 'stop-asked'
  | 'playbook-chosen'
  | 'outcome-told'
  | 'silenced'
  | 'silence-ended'
  | 'let-through';

export type ClickResult =
  | { readonly kind: 'recorded'; readonly what: Recorded }
  | { readonly kind: 'more-needed'; readonly missing: number; readonly role: Role }
  | { readonly kind: 'refused'; readonly says: string }
  | { readonly kind: 'taken'; readonly by?: string; readonly at?: number }
  | { readonly kind: 'yours-already'; readonly missing: number }
  | { readonly kind: 'old-copy' }
  | { readonly kind: 'step-over'; readonly how: 'done' | 'skipped'; readonly at: number }
  | { readonly kind: 'not-current' }
  | {
      readonly kind: 'turned-down';
      readonly how: 'declined' | 'canceled';
      readonly by: string;
      readonly at: number;
    }
  /** Too late to decline it. */
  | { readonly kind: 'being-sent'; readonly by?: string; readonly at?: number }
  /** Nothing to cancel: it is not approved yet. */
  | { readonly kind: 'not-begun' }
  | { readonly kind: 'canceling'; readonly by: string }
  | { readonly kind: 'still-running'; readonly job: string }
  /** A later step or a change relies on the step, so it cannot be skipped. */
  | { readonly kind: 'needed' }
  /** A change has been made since the step, so nobody can go back to it. */
  | { readonly kind: 'no-way-back' }
  | { readonly kind: 'change-under-way' }
  | { readonly kind: 'not-held' }
  | { readonly kind: 'closed'; readonly why: string }
  | { readonly kind: 'shown'; readonly proposal: Proposal; readonly hash: string };

export function noChange(answer: ClickResult): Decision<ClickResult> {
  return { events: [], answer };
}

/** Makes the decision only if the person has the role. For clicks that approve no change. */
export function authorized(
  authorize: Authorize,
  role: Role,
  decide: () => Decision<ClickResult>,
): Decision<ClickResult> {
  const authorization = authorize({ effect: 'other', role, approvedBy: [] });
  return authorization.allowed ? decide() : noChange({ kind: 'refused', says: authorization.says });
}

/** Records the event if the person has the role. */
export function recorded(
  authorize: Authorize,
  role: Role,
  what: Recorded,
  event: IncidentEvent,
): Decision<ClickResult> {
  return authorized(authorize, role, () => ({ events: [event], answer: { kind: 'recorded', what } }));
}
