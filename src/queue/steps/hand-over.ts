import type { IncidentEvent } from '../../incidents/model/events.ts';
import { type Incident, runsOf, stateOf } from '../../incidents/model/incident.ts';
import type { Catalog } from '../../playbooks/catalog.ts';
import type { HandOver } from '../../playbooks/define.ts';
import { namedBy } from '../../playbooks/loaded-playbooks.ts';
import type { Next } from '../../playbooks/runner.ts';

/** Starts the playbook that takes over; undefined if it already ran. */
export function takeOver(
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
  const answered = incident.pinned.some((key) => {
    const state = incident.states[key];
    return state?.status === 'done' && state.by !== undefined;
  });
  if (answered) return false;
  // An earlier attempt may have needed the same playbook.
  const runs = runsOf(incident).filter(({ number }) => number > (incident.reopenedIn ?? 0));
  const chosenAt = runs.findLastIndex(({ chosen }) => chosen);
  return runs.some(({ playbook }, index) => index >= chosenAt && playbook === id);
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
