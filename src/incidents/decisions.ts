import type { Answers, Role } from '../playbooks/define.ts';
import type { Approval, StepState } from '../playbooks/runner.ts';
import type { Proposal } from '../ports/step-output.ts';
import type { Decision } from './journal/store.ts';
import { holdingAmong, lapsedAmong, lapseInWords } from './model/approvals.ts';
import type { Actor, IncidentEvent } from './model/events.ts';
import { currentStep, type Incident, isOpen, stateOf } from './model/incident.ts';

/** What a press means, decided on the present state alone: the same press has one winner, and everybody gets one answer. */

/** What the person had in front of them: the step, the try, and the beginning of the hash of the request shown. */
export interface Press {
  readonly step: string;
  readonly attempt: number;
  /** Empty where nothing is to be approved. */
  readonly hash: string;
}

export interface Needed {
  /** `change`: the tier's own policy counts too. */
  readonly effect: 'change' | 'other';
  readonly role: Role;
  readonly approvedBy: readonly string[];
}

export type Verdict = { readonly allowed: true } | { readonly allowed: false; readonly says: string };
export type Judge = (needed: Needed) => Verdict;

/** What a person has done. */
type Recorded =
  | 'approved'
  | 'retried'
  | 'answered'
  | 'adjusted'
  | 'playbook-chosen'
  | 'outcome-told'
  | 'snoozed'
  | 'snooze-ended'
  | 'let-through';

export type Answer =
  | { readonly kind: 'recorded'; readonly what: Recorded }
  | { readonly kind: 'more-needed'; readonly missing: number; readonly role: Role }
  | { readonly kind: 'refused'; readonly says: string }
  | { readonly kind: 'taken'; readonly by?: string; readonly at?: number }
  | { readonly kind: 'yours-already'; readonly missing: number }
  | { readonly kind: 'old-copy' }
  | { readonly kind: 'step-over'; readonly how: 'done' | 'skipped'; readonly at: number }
  | { readonly kind: 'not-current' }
  | { readonly kind: 'change-under-way' }
  | { readonly kind: 'not-held' }
  | { readonly kind: 'closed'; readonly why: string }
  | { readonly kind: 'shown'; readonly proposal: Proposal; readonly hash: string };

/** Approvals that are too old by now count no more, and the press notes that they lapsed. */
export function approve(
  incident: Incident,
  press: Press,
  by: Actor,
  judge: Judge,
  now: number,
): Decision<Answer> {
  const elsewhere = elsewhereThan(incident, press);
  if (elsewhere !== undefined) return nothing(elsewhere);
  const state = stateOf(incident, press.step);
  if (!isShown(state, press)) return nothing({ kind: 'old-copy' });
  if (state.status === 'changing') return nothing(takenBy(state.approvals));
  const holding = holdingAmong(state.approvals, now);
  const missing = state.needs - holding.length;
  if (missing <= 0) return nothing(takenBy(holding));
  const approvedBy = holding.map((approval) => approval.by);
  if (approvedBy.includes(by.user)) return nothing({ kind: 'yours-already', missing });
  const verdict = judge({ effect: 'change', role: state.role, approvedBy });
  if (!verdict.allowed) return nothing({ kind: 'refused', says: verdict.says });
  const { step, attempt } = press;
  return {
    events: [...lapseOf(press, state, now), { type: 'step-approved', step, attempt, hash: state.hash, by }],
    answer:
      missing === 1
        ? { kind: 'recorded', what: 'approved' }
        : { kind: 'more-needed', missing: missing - 1, role: state.role },
  };
}

type Shown = Extract<StepState, { status: 'proposed' | 'changing' }>;

/** Notes the approvals that are too old; empty when all of them hold. */
export function lapseOf(
  { step, attempt }: Pick<Press, 'step' | 'attempt'>,
  { approvals }: { readonly approvals: readonly Approval[] },
  now: number,
): readonly IncidentEvent[] {
  const lapsed = lapsedAmong(approvals, now);
  if (lapsed.length === 0) return [];
  const of = lapsed.map(({ by }) => by);
  return [{ type: 'step-lapsed', step, attempt, why: lapseInWords(lapsed, now), of }];
}

/** Whether the request that the person saw is the one that stands. */
function isShown(state: StepState, { attempt, hash }: Press): state is Shown {
  if (state.status !== 'proposed' && state.status !== 'changing') return false;
  return state.attempt === attempt && hash !== '' && state.hash.startsWith(hash);
}

/** Trying again proposes anew; what it would change waits for its own approval, so a responder may ask for it. */
export function retry(incident: Incident, press: Press, by: Actor, judge: Judge): Decision<Answer> {
  const state = stateOf(incident, press.step);
  const elsewhere = elsewhereThan(incident, press);
  if (elsewhere !== undefined) return nothing(elsewhere);
  if ('attempt' in state && state.attempt === press.attempt + 1) return nothing({ kind: 'taken' });
  if (state.status !== 'failed' || state.attempt !== press.attempt) return nothing({ kind: 'old-copy' });
  const verdict = judge({ effect: 'other', role: 'responder', approvedBy: [] });
  if (!verdict.allowed) return nothing({ kind: 'refused', says: verdict.says });
  return {
    events: [{ type: 'step-retried', step: press.step, attempt: press.attempt + 1, by }],
    answer: { kind: 'recorded', what: 'retried' },
  };
}

/** What a person fills in: the role that it takes, and what was typed. */
export interface Filled {
  readonly role: Role;
  readonly answers: Answers;
}

/** Other values for a proposal: it is made anew, and approvals of the old one are worth nothing. */
export function adjust(
  incident: Incident,
  press: Press,
  by: Actor,
  judge: Judge,
  { role, answers }: Filled,
  now: number,
): Decision<Answer> {
  const elsewhere = elsewhereThan(incident, press);
  if (elsewhere !== undefined) return nothing(elsewhere);
  const state = stateOf(incident, press.step);
  const failed = state.status === 'failed' && state.attempt === press.attempt;
  if (!failed && !isShown(state, press)) return nothing({ kind: 'old-copy' });
  if (isShown(state, press) && isTaken(state, now)) return nothing(takenBy(state.approvals));
  const verdict = judge({ effect: 'other', role, approvedBy: [] });
  if (!verdict.allowed) return nothing({ kind: 'refused', says: verdict.says });
  return {
    events: [
      { type: 'step-adjusted', step: press.step, attempt: press.attempt + 1, by, answers: { ...answers } },
    ],
    answer: { kind: 'recorded', what: 'adjusted' },
  };
}

/** Whether the request is on its way to AWS: approvals that are too old send nothing. */
function isTaken({ status, approvals, needs }: Shown, now: number): boolean {
  return status === 'changing' || holdingAmong(approvals, now).length >= needs;
}

export function answerManual(
  incident: Incident,
  press: Press,
  by: Actor,
  judge: Judge,
  manual: Filled,
): Decision<Answer> {
  const state = stateOf(incident, press.step);
  if (isOpen(incident) && state.status === 'done' && state.by !== undefined)
    return nothing({ kind: 'taken', by: state.by, at: state.at });
  const elsewhere = elsewhereThan(incident, press);
  if (elsewhere !== undefined) return nothing(elsewhere);
  if (state.status !== 'waiting' || state.attempt !== press.attempt) return nothing({ kind: 'old-copy' });
  const verdict = judge({ effect: 'other', role: manual.role, approvedBy: [] });
  if (!verdict.allowed) return nothing({ kind: 'refused', says: verdict.says });
  const { step, attempt } = press;
  return {
    events: [{ type: 'step-answered', step, attempt, by, answers: { ...manual.answers } }],
    answer: { kind: 'recorded', what: 'answered' },
  };
}

/** A refusal is part of the trail, also after the incident was closed. */
export function refusal(by: Actor, why: string, step: string | undefined): IncidentEvent {
  return { type: 'refused', by, why, ...(step === undefined ? {} : { step }) };
}

function elsewhereThan(incident: Incident, { step }: Press): Answer | undefined {
  if (incident.closed !== undefined) return { kind: 'closed', why: incident.closed.why };
  if (!incident.pinned.includes(step)) return { kind: 'not-current' };
  const state = stateOf(incident, step);
  if (state.status === 'done' || state.status === 'skipped')
    return { kind: 'step-over', how: state.status, at: state.at };
  return currentStep(incident) === step ? undefined : { kind: 'not-current' };
}

function takenBy(approvals: readonly Approval[]): Answer {
  const last = approvals.at(-1);
  return { kind: 'taken', ...(last === undefined ? {} : { by: last.by, at: last.at }) };
}

function nothing(answer: Answer): Decision<Answer> {
  return { events: [], answer };
}
