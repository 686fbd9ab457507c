import { lapseOf } from '../../incidents/decisions.ts';
import type { IncidentEvent } from '../../incidents/model/events.ts';
import {
  currentStep,
  type Incident,
  isOpen,
  isWarning,
  runOf,
  runsOf,
  stateOf,
} from '../../incidents/model/incident.ts';
import { apply } from '../../incidents/model/reduce.ts';
import type { Catalog } from '../../playbooks/catalog.ts';
import { keyInRun } from '../../playbooks/define/steps.ts';
import type { HandOver, Playbook, Results } from '../../playbooks/define.ts';
import { type Found, firstLookKey, foundIn } from '../../playbooks/first-look.ts';
import { namedBy } from '../../playbooks/loaded-playbooks.ts';
import { type Next, next } from '../../playbooks/runner.ts';

/** The runner's next move; undefined for a closed incident and for one without a playbook. */
export function nextMove(catalog: Catalog, incident: Incident): Next | undefined {
  if (!isOpen(incident) || incident.playbook === undefined) return undefined;
  const playbook = catalog.get(incident.playbook);
  return playbook === undefined ? { kind: 'stopped' } : next(playbook, runOf(incident));
}

/**
 * Everything that follows from the journal automatically, in order: the recovery, another playbook, steps to skip, the
 * end. All in one transaction, so that no card shows a step as current that is about to be skipped.
 */
export function consequences(catalog: Catalog, incident: Incident, now: number): readonly IncidentEvent[] {
  const event = nextConsequence(catalog, incident, now);
  return event === undefined
    ? []
    : [event, ...consequences(catalog, apply(incident, { event, at: now }), now)];
}

function nextConsequence(catalog: Catalog, incident: Incident, now: number): IncidentEvent | undefined {
  const move = nextMove(catalog, incident);
  if (move === undefined) return undefined;
  const looked = firstLookEvent(incident, now);
  if (looked !== undefined) return looked;
  const turn = turnOf(catalog, incident, move);
  if (turn !== undefined) return turn;
  const lapsed = tooOld(incident, now);
  if (lapsed !== undefined) return lapsed;
  if (move.kind === 'skip') return { type: 'step-skipped', step: move.step.key, reason: move.reason };
  if (move.kind !== 'finished') return undefined;
  return { type: 'closed', why: incident.outcome?.says ?? recoveredInWords(incident) };
}

function recoveredInWords({ kind }: Incident): string {
  if (kind === 'model_degraded') return 'the endpoint serves a good version';
  return kind === 'checkpoints_stopped' ? 'the job is out of danger' : 'training was recovered';
}

/** The thread must not show a lapsed approval as valid; the sweep checks every few seconds. */
function tooOld(incident: Incident, now: number): IncidentEvent | undefined {
  const step = currentStep(incident);
  const state = step === undefined ? undefined : stateOf(incident, step);
  if (step === undefined || state?.status !== 'proposed') return undefined;
  return lapseOf({ step, attempt: state.attempt }, state, now)[0];
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

function takeOver(
  catalog: Catalog,
  incident: Incident,
  handOver: HandOver,
  move: Next,
): IncidentEvent | undefined {
  const { id, missing } = namedBy(handOver, catalog);
  if (id === undefined) return notThere(incident, missing, move);
  if (handOver.again !== true && isLoop(incident, id)) return undefined;
  const known = 'kind' in handOver ? { kind: handOver.kind } : { chosen: true };
  const { why, failedAt } = handOver;
  return {
    type: 'playbook-started',
    playbook: id,
    steps: catalog.get(id)?.steps.map(({ key }) => key) ?? [],
    why,
    ...(failedAt !== undefined && { failedAt }),
    ...known,
  };
}

/**
 * Two playbooks that each consider the other one right would hand over forever, so each runs automatically only once.
 * A person's choice is not a loop: it is followed even if the playbook ran before, and the count starts again.
 */
function isLoop(incident: Incident, id: string): boolean {
  if (incident.pinned.some((key) => wasAnswered(incident, key))) return false;
  // An earlier attempt may have needed the same playbook.
  const runs = runsOf(incident).filter(({ number }) => number > (incident.reopenedIn ?? 0));
  const sinceChoice = runs.slice(
    Math.max(
      0,
      runs.findLastIndex(({ chosen }) => chosen),
    ),
  );
  return sinceChoice.some(({ playbook }) => playbook === id);
}

function wasAnswered({ states }: Incident, step: string): boolean {
  const state = states[step];
  return state?.status === 'done' && state.by !== undefined;
}

/** Fails the next step with the reason, so that a hand-over to a missing playbook is visible. */
function notThere(incident: Incident, missing: string, move: Next): IncidentEvent | undefined {
  // The incident has ended, or a person is asked how it ended; a missing playbook does not matter any more.
  if (move.kind === 'finished' || (move.kind === 'unresolved' && move.step === undefined)) return undefined;
  const step = move.step?.key ?? '';
  const state = stateOf(incident, step);
  if (state.status !== 'waiting' && state.status !== 'working') return undefined;
  const says = `The playbook that should take over is missing. ${missing}`;
  const next = `Start another one with /relight start PLAYBOOK ${incident.subject}, or add the missing one and press Try again.`;
  return { type: 'step-failed', step, attempt: state.attempt, code: 'playbook-unknown', says, next };
}

/** An incident about a healthy job or endpoint closes automatically if nobody says that it is broken. */
const patienceMs = 15 * 60_000;

/** Consequences of the first look at what a person named: when it failed, or that nothing failed. */
function firstLookEvent(incident: Incident, now: number): IncidentEvent | undefined {
  const { results, end, number } = runOf(incident);
  const found = foundIn(results);
  if (found === undefined || end !== 'open') return undefined;
  const { look, isBroken } = found;
  if (look.missing === true) return undefined;
  if (isBroken === false) return { type: 'closed', why: look.says };
  if (!look.failed && isBroken === undefined) return forgotten(incident, found, number, now);
  return incident.dated ? undefined : dated(incident, found);
}

/** If a person says it is broken and AWS does not, the clock starts when they asked. */
function dated({ failedAt, kind }: Incident, { look }: Found): IncidentEvent {
  // An endpoint has no failure kind of its own, and a whole Region has more than one.
  const ofJob =
    kind === 'model_degraded' || kind === 'system_failure' || isWarning(kind) ? undefined : look.kind;
  return {
    type: 'failure-dated',
    at: look.failedAt ?? failedAt,
    ...(ofJob !== undefined && { kind: ofJob }),
  };
}

function forgotten(
  incident: Incident,
  { look }: Found,
  number: number,
  now: number,
): IncidentEvent | undefined {
  const looked = stateOf(incident, keyInRun(firstLookKey, number));
  const isOld = looked.status === 'done' && now - looked.at > patienceMs;
  return isOld ? { type: 'closed', why: `${look.says}, and nobody said that it is broken` } : undefined;
}
