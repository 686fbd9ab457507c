import { missingApprovals } from '../playbooks/approved.ts';
import type { Playbook } from '../playbooks/define.ts';
import { next } from '../playbooks/runner.ts';
import {
  type Failure,
  type SuggestedPlaybook,
  suggestedPlaybooks,
} from '../playbooks/suggested-playbooks.ts';
import { type Authorize, type ClickResult, noChange, recorded, standstill } from './click-result.ts';
import type { Plan } from './intake/failure-report.ts';
import { started } from './intake/joining.ts';
import type { Decision } from './journal/store.ts';
import type { Actor, IncidentEvent } from './model/events.ts';
import { type Incident, isEndKnown, isOpen, runOf, runsOf } from './model/incident.ts';
import { leftBehind } from './stopping-steps.ts';

/** What a person can do when the playbook cannot continue: start another one, or say how the incident ended. */

/** Whether the playbook has run all its steps without a recovery, so a person must say how the incident ended. */
export function isUnresolved(incident: Incident, playbook: Playbook): boolean {
  return isOpen(incident) && next(playbook, runOf(incident)).kind === 'unresolved';
}

interface Click {
  /** The number of the playbook run that the person saw; 0 if there was none. */
  readonly number: number;
  readonly by: Actor;
  readonly authorize: Authorize;
}

export const reportedEnds = {
  'trains-again': 'it trains again',
  'not-needed': 'nothing more is needed',
  'given-up': 'it was given up',
} as const;
export type ReportedEnd = keyof typeof reportedEnds;

/** The playbooks that can help after this failure, best first. */
export function suggestedAfter(
  { playbook }: Pick<Incident, 'playbook'>,
  failure: Failure,
): readonly SuggestedPlaybook[] {
  return suggestedPlaybooks(failure, playbook);
}

/** The run number that a button carries: a button from before the last playbook started is out of date. */
export function currentRun(incident: Incident): number {
  return runsOf(incident).length;
}

export function startPlaybook(
  incident: Incident,
  { number, by, authorize }: Click,
  plan: Plan,
): Decision<ClickResult> {
  const unavailable = unavailableReason(incident, number);
  if (unavailable !== undefined) return noChange(unavailable);
  const job = leftBehind(incident);
  if (job !== undefined) return noChange({ kind: 'still-running', job });
  const event = { ...started(plan, by), chosen: true, why: 'a person chose it' };
  return recorded(authorize, 'responder', 'playbook-chosen', event);
}

/** `asksMore`: the playbook still asks its closing questions. Without them, the incident closes. */
export function reportEnd(
  incident: Incident,
  { number, by, authorize }: Click,
  { end, why }: { readonly end: ReportedEnd; readonly why: string },
  asksMore: boolean,
): Decision<ClickResult> {
  const isLost = incident.playbook !== undefined && !asksMore;
  const unavailable = unavailableReason(incident, number, isLost);
  if (unavailable !== undefined) return noChange(unavailable);
  const says = `A person says: ${reportedEnds[end]}${why === '' ? '' : `, ${why}`}`;
  const event: IncidentEvent =
    end === 'trains-again'
      ? { type: 'recovered', how: says, elsewhere: true, by }
      : { type: 'outcome-told', says, by };
  if (!isLost) return recorded(authorize, 'responder', 'outcome-told', event);
  return recorded(authorize, 'responder', 'incident-closed', event, { type: 'closed', why: says, by });
}

/**
 * Why neither is possible now; undefined if both are. `isLost`: nobody follows a change whose playbook is gone, so a person
 * may say how it ended.
 */
function unavailableReason(incident: Incident, number: number, isLost = false): ClickResult | undefined {
  const stands = standstill(incident);
  if (stands !== undefined) return stands;
  if (number !== currentRun(incident) || isEndKnown(incident)) return { kind: 'old-copy' };
  return isChanging(incident) && !isLost ? { kind: 'change-under-way' } : undefined;
}

/** Whether an approved change is in progress. It must end first, because AWS may already have its request. */
export function isChanging({ states }: Pick<Incident, 'states'>): boolean {
  return Object.values(states).some(
    (state) => state.status === 'changing' || (state.status === 'proposed' && missingApprovals(state) === 0),
  );
}
