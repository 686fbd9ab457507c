import type { AfterConfigChange } from '../../incidents/after-config-change.ts';
import {
  type AttemptBudget,
  isOutOfAttempts,
  isProposal,
  spentEvent,
} from '../../incidents/charge/attempt-budget.ts';
import { waitsForResume } from '../../incidents/charge/pause.ts';
import { lapseOf } from '../../incidents/decisions.ts';
import { plansIn } from '../../incidents/intake/failure-report.ts';
import { launchFailureLeft } from '../../incidents/intake/launch-failures.ts';
import type { IncidentEvent } from '../../incidents/model/events.ts';
import { currentStep, type Incident, isOpen, runOf, stateOf } from '../../incidents/model/incident.ts';
import { apply } from '../../incidents/model/reduce.ts';
import type { Catalog } from '../../playbooks/catalog.ts';
import type { Playbook, Results } from '../../playbooks/define.ts';
import { type Next, next } from '../../playbooks/runner.ts';
import { failureDate } from './failure-date.ts';
import { firstLookEvent } from './first-look-events.ts';
import { takeOver } from './hand-over.ts';

/** The runner's next move; undefined for a closed incident and for one without a playbook. */
export function nextMove(catalog: Catalog, incident: Incident): Next | undefined {
  if (!isOpen(incident) || incident.playbook === undefined) return undefined;
  const playbook = catalog.get(incident.playbook);
  return playbook === undefined ? { kind: 'stopped' } : next(playbook, runOf(incident));
}

/** The runner's next move, unless it has to wait for people: the incident is paused or out of attempts. */
export function dueMove(catalog: Catalog, incident: Incident): Next | undefined {
  const move = nextMove(catalog, incident);
  if (move === undefined || waitsForResume(incident, move)) return undefined;
  return isAttempt(incident, move) && isOutOfAttempts(incident) ? undefined : move;
}

/** Stopping the job of a canceled change is no further attempt. */
function isAttempt({ stopping }: Incident, move: Next): boolean {
  return isProposal(move) && 'step' in move && stopping[move.step?.key ?? ''] === undefined;
}

/** The budget of attempts of each tier. */
export type BudgetOf = (tier: string) => AttemptBudget;

/**
 * Everything that follows from the journal automatically, in order: the recovery, another playbook, steps to skip, the
 * end. All in one transaction, so that no card shows a step as current that is about to be skipped.
 */
export function consequences(
  catalog: Catalog,
  incident: Incident,
  now: number,
  budgetOf: BudgetOf,
  afterChange: AfterConfigChange = () => undefined,
): readonly IncidentEvent[] {
  const event = nextConsequence(catalog, incident, now, budgetOf, afterChange);
  return event === undefined
    ? []
    : [event, ...consequences(catalog, apply(incident, { event, at: now }), now, budgetOf, afterChange)];
}

function nextConsequence(
  catalog: Catalog,
  incident: Incident,
  now: number,
  budgetOf: BudgetOf,
  afterChange: AfterConfigChange,
): IncidentEvent | undefined {
  const move = nextMove(catalog, incident);
  if (move === undefined) return undefined;
  if (incident.paused !== undefined) return recoveryOf(catalog, incident) ?? tooOld(incident, now);
  return (
    firstLookEvent(incident, now) ??
    newsOfFailure(catalog, incident) ??
    turnOf(catalog, incident, move) ??
    noLongerHolds(incident, now, afterChange) ??
    (isAttempt(incident, move) ? spentEvent(incident, move, budgetOf(incident.tier)) : undefined) ??
    eventOf(incident, move)
  );
}

function newsOfFailure(catalog: Catalog, incident: Incident): IncidentEvent | undefined {
  return failureDate(incident) ?? launchFailureLeft(incident, plansIn(catalog));
}

function eventOf(incident: Incident, move: Next): IncidentEvent | undefined {
  if (move.kind === 'skip') return { type: 'step-skipped', step: move.step.key, reason: move.reason };
  if (move.kind !== 'finished') return undefined;
  return { type: 'closed', why: incident.outcome?.says ?? recoveredInWords(incident) };
}

function recoveredInWords({ kind }: Incident): string {
  if (kind === 'model_degraded') return 'the endpoint serves a good version';
  return kind === 'checkpoints_stopped' ? 'the job is out of danger' : 'training was recovered';
}

/** The present configuration comes first: a request that it replaces has no approvals left that could lapse. */
function noLongerHolds(
  incident: Incident,
  now: number,
  afterChange: AfterConfigChange,
): IncidentEvent | undefined {
  return afterChange(incident, now) ?? tooOld(incident, now);
}

/** The thread must not show a lapsed approval as valid; the sweep checks every few seconds. */
function tooOld(incident: Incident, now: number): IncidentEvent | undefined {
  const step = currentStep(incident);
  const state = step === undefined ? undefined : stateOf(incident, step);
  if (step === undefined || state?.status !== 'proposed') return undefined;
  return lapseOf({ step, attempt: state.attempt }, state, now)[0];
}

/** A recovery that a step confirmed while the incident was paused: it stops the clock, and nothing else happens. */
function recoveryOf(catalog: Catalog, incident: Incident): IncidentEvent | undefined {
  const { results, number, end } = runOf(incident);
  if (end !== 'open' || incident.reopenedIn === number) return undefined;
  const how = catalog.get(incident.playbook ?? '')?.recovered(results);
  return how === undefined ? undefined : { type: 'recovered', how };
}

/** Consequences of the step results for the whole incident. */
function turnOf(catalog: Catalog, incident: Incident, move: Next): IncidentEvent | undefined {
  const playbook = catalog.get(incident.playbook ?? '');
  const { results, number, end } = runOf(incident);
  if (playbook === undefined || end === 'elsewhere') return undefined;
  // The recovery by this playbook before the incident was reopened did not last.
  const news = end === 'open' && incident.reopenedIn !== number;
  const over = news ? endBy(playbook, results, incident) : undefined;
  if (over !== undefined) return over;
  const handOver = playbook.handOver?.(results);
  return handOver && takeOver(catalog, incident, handOver, move);
}

/** Every end is based on a fact: training was observed, nothing was broken, or a person decided it. */
function endBy(playbook: Playbook, results: Results, incident: Incident): IncidentEvent | undefined {
  const how = playbook.recovered(results);
  if (how !== undefined) return { type: 'recovered', how };
  const says = playbook.ended?.(results);
  if (says !== undefined) return { type: 'outcome-told', says };
  const nothing = incident.chosen ? undefined : playbook.nothingBroke?.(results);
  if (nothing === undefined) return undefined;
  // If it was broken before, this is a recovery.
  return incident.attempts.length > 0
    ? { type: 'recovered', how: nothing }
    : { type: 'closed', why: nothing };
}
