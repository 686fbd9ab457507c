import { missingApprovals } from '../playbooks/approved.ts';
import type { Approval } from '../playbooks/runner.ts';
import { glassOf } from './charge/break-glass.ts';
import { type Authorization, type ClickResult, noChange, type Requirement, refused } from './click-result.ts';
import {
  type Click,
  isShown,
  lapseOf,
  type Shown,
  takenBy,
  unavailableReason,
  whyNotShown,
} from './decisions.ts';
import { type Halt, haltInWords, toResume } from './halt/halts.ts';
import type { Decision } from './journal/store.ts';
import { holdingAmong } from './model/approvals.ts';
import type { Glass } from './model/charge-states.ts';
import { type Incident, stateOf } from './model/incident.ts';
import { stakesIn } from './stakes.ts';

/** Approvals that have expired no longer count, and the click records that they lapsed. */
export function approve(incident: Incident, click: Click): Decision<ClickResult> {
  const { target, by, now, halt, outdated } = click;
  const unavailable = unavailableReason(incident, target);
  if (unavailable !== undefined) return noChange(unavailable);
  const state = stateOf(incident, target.step);
  if (!isShown(state, target)) return noChange(whyNotShown(state, target));
  if (state.status === 'changing') return noChange(takenBy(state.approvals));
  if (outdated !== undefined)
    return { events: [outdated], answer: { kind: 'request-outdated', why: outdated.why } };
  const holding = holdingAmong(state.approvals, now);
  const missing = missingApprovals({ approvals: holding, needs: state.needs });
  if (missing === 0) return noChange(takenBy(holding));
  if (holding.some((one) => one.by === by.user) && glassOf(incident, by.user, now) === undefined)
    return noChange({ kind: 'yours-already', missing });
  const ruling = mayApprove(incident, click, state, holding);
  if (!ruling.allowed) return noChange(refused(ruling));
  if (halt !== undefined) return noChange({ kind: 'refused', says: haltedWords(halt) });
  return approval(click, state, { glass: ruling.glass, missing });
}

type Ruling = Authorization & { readonly glass?: Glass | undefined };

/** A broken glass is only used if the approval would not suffice without it. */
function mayApprove(
  incident: Incident,
  { target, by, authorize, now }: Click,
  state: Shown,
  holding: readonly Approval[],
): Ruling {
  const required = {
    effect: 'change',
    ...policyIn(state),
    approvedBy: holding.map((one) => one.by),
  } as const;
  const usual = authorize({ ...required, stakes: stakesIn(incident, target.step) });
  const glass = glassOf(incident, by.user, now);
  if (glass === undefined || (usual.allowed && holding.length + 1 >= state.needs)) return usual;
  return { ...authorize({ ...required, breakGlass: true }), glass };
}

function approval(
  { target: { step, attempt }, by, now }: Click,
  state: Shown,
  { glass, missing }: { readonly glass: Glass | undefined; readonly missing: number },
): Decision<ClickResult> {
  const approved = { type: 'step-approved', step, attempt, hash: state.hash, by } as const;
  return {
    events: [
      ...lapseOf({ step, attempt }, state, now),
      { ...approved, ...(glass !== undefined && { glassAt: glass.at }) },
    ],
    answer:
      missing === 1 || glass !== undefined
        ? { kind: 'recorded', what: 'approved' }
        : { kind: 'more-needed', missing: missing - 1, role: state.role },
  };
}

/** What the request asked of its approvers when it was proposed. What relight.yaml asks now applies too. */
function policyIn({
  role,
  policyClass,
  others,
}: Shown): Pick<Requirement, 'role' | 'policyClass' | 'others'> {
  return { role, policyClass, others };
}

function haltedWords(halt: Halt): string {
  return `All changes are halted: ${haltInWords(halt)}. ${toResume(halt)}`;
}
