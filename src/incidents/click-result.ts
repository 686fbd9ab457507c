import type { Role } from '../playbooks/define.ts';
import type { ChangeClass } from '../ports/form-fields.ts';
import type { Proposal } from '../ports/step-output.ts';
import type { Decision } from './journal/store.ts';
import type { Call } from './model/calls/call.ts';
import type { Pause, Responder } from './model/charge-states.ts';
import type { IncidentEvent } from './model/events.ts';
import type { Closed, Incident } from './model/incident.ts';
import type { Stakes } from './stakes.ts';

/** The step and the attempt that the person saw, and the first characters of the hash of the request shown. */
export interface ClickTarget {
  readonly step: string;
  readonly attempt: number;
  /** Empty where there is nothing to approve. */
  readonly hash: string;
}

export interface Requirement {
  /** `read` only looks, `other` changes nothing in AWS, and for `change` the tier's approval policy applies too. */
  readonly effect: 'read' | 'change' | 'other';
  readonly role: Role;
  readonly approvedBy: readonly string[];
  /** The class of the change; by default it follows from the role. */
  readonly policyClass?: ChangeClass | undefined;
  /** The people whose own request it is. */
  readonly stakes?: Stakes;
  /** They cannot approve it, even if relight.yaml would now let them. */
  readonly others?: boolean | undefined;
  /** Asks whether the person may break the glass, instead of the role. */
  readonly breakGlass?: true;
}

/** `ask`: the people who can do it instead. */
export interface Refusal {
  readonly says: string;
  readonly ask?: Call | undefined;
}
export type Authorization = { readonly allowed: true } | ({ readonly allowed: false } & Refusal);
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
  | 'let-through'
  | 'taken'
  | 'handed-over'
  | 'paused'
  | 'unpaused'
  | 'followed'
  | 'incident-closed'
  | 'incident-reopened'
  | 'attempt-allowed'
  | 'help-called'
  | 'follow-up-done'
  | 'escalation-acknowledged'
  | 'glass-broken'
  | 'held';

export type ClickResult =
  /** `nowResponder`: nobody had taken the incident, so acting made this person its responder. */
  | { readonly kind: 'recorded'; readonly what: Recorded; readonly nowResponder?: boolean }
  | {
      readonly kind: 'more-needed';
      readonly missing: number;
      readonly role: Role;
      readonly nowResponder?: boolean;
    }
  | ({ readonly kind: 'refused' } & Refusal)
  | { readonly kind: 'taken'; readonly by?: string; readonly at?: number }
  | { readonly kind: 'yours-already'; readonly missing: number }
  | { readonly kind: 'old-copy' }
  /** relight.yaml now asks for other approvals, so the request is built again. `why`: one clause. */
  | { readonly kind: 'request-outdated'; readonly why: string }
  /** The playbook of the step is gone, or has other steps now. */
  | { readonly kind: 'playbook-lost' }
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
  /** Autopilot does not count down for it. */
  | { readonly kind: 'not-armed' }
  | { readonly kind: 'held-already' }
  | { readonly kind: 'still-running'; readonly job: string }
  /** A later step or a change relies on the step, so it cannot be skipped. */
  | { readonly kind: 'needed' }
  /** A change has been made since the step, so nobody can go back to it. */
  | { readonly kind: 'no-way-back' }
  | { readonly kind: 'change-under-way' }
  | { readonly kind: 'glass-broken'; readonly by: string; readonly until: number }
  | { readonly kind: 'not-held' }
  | ({ readonly kind: 'closed' } & Pick<Closed, 'why'> & Partial<Closed>)
  | ({ readonly kind: 'paused' } & Pause)
  | { readonly kind: 'not-paused' }
  | ({ readonly kind: 'has-responder' } & Responder)
  /** Nobody was called, so there is nothing to acknowledge. */
  | { readonly kind: 'not-called' }
  | { readonly kind: 'acknowledged'; readonly by: string; readonly at: number }
  /** Someone has just called for help. */
  | { readonly kind: 'help-coming'; readonly by: string; readonly at: number }
  | { readonly kind: 'not-over' }
  | { readonly kind: 'no-follow-up' }
  | { readonly kind: 'end-known' }
  | { readonly kind: 'other-open'; readonly incident: string }
  | { readonly kind: 'too-old'; readonly days: number }
  /** A field of the form cannot be accepted. */
  | { readonly kind: 'unfit'; readonly field: string; readonly says: string }
  | { readonly kind: 'shown'; readonly proposal: Proposal; readonly hash: string }
  | { readonly kind: 'trail-shown' };

export function noChange(answer: ClickResult): Decision<ClickResult> {
  return { events: [], answer };
}

/** Why nobody can act on the steps of the incident: it is closed, or a person paused it. */
export function standstill({ closed, paused }: Incident): ClickResult | undefined {
  if (closed !== undefined) return { kind: 'closed', ...closed };
  return paused && { kind: 'paused', ...paused };
}

/** Makes the decision only if the person has the role. For clicks that approve no change. */
export function authorized(
  authorize: Authorize,
  role: Role,
  decide: () => Decision<ClickResult>,
  effect: 'read' | 'other' = 'other',
): Decision<ClickResult> {
  const authorization = authorize({ effect, role, approvedBy: [] });
  return authorization.allowed ? decide() : noChange(refused(authorization));
}

export function refused({ says, ask }: Refusal): ClickResult {
  return { kind: 'refused', says, ...(ask !== undefined && { ask }) };
}

/** Records the events if the person has the role. */
export function recorded(
  authorize: Authorize,
  role: Role,
  what: Recorded,
  ...events: readonly IncidentEvent[]
): Decision<ClickResult> {
  return authorized(authorize, role, () => ({ events, answer: { kind: 'recorded', what } }));
}
