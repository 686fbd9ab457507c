import type { Next } from '../../playbooks/runner.ts';
import { type ClickResult, noChange, recorded } from '../click-result.ts';
import type { Decision } from '../journal/store.ts';
import { type Incident, stateOf } from '../model/incident.ts';
import type { Move } from './move.ts';

/** Stops the incident before its next step. The clock and the reminders go on. */
export function pause(
  { closed, paused }: Incident,
  { by, authorize }: Move,
  why: string,
): Decision<ClickResult> {
  if (closed !== undefined) return noChange({ kind: 'closed', ...closed });
  if (paused !== undefined) return noChange({ kind: 'paused', ...paused });
  return recorded(authorize, 'responder', 'paused', { type: 'paused', why, by });
}

export function unpause({ closed, paused }: Incident, { by, authorize }: Move): Decision<ClickResult> {
  if (closed !== undefined) return noChange({ kind: 'closed', ...closed });
  if (paused === undefined) return noChange({ kind: 'not-paused' });
  return recorded(authorize, 'responder', 'unpaused', { type: 'unpaused', by });
}

/**
 * Whether the move waits for the end of a pause. A change or a look in progress goes on, and so does the look at a change
 * that was just made: AWS does not pause.
 */
export function waitsForResume(incident: Incident, move: Next): boolean {
  if (incident.paused === undefined || move.kind !== 'run') return false;
  const { status } = stateOf(incident, move.step.key);
  if (status === 'changing' || status === 'working') return false;
  return move.phase !== 'look' || !followsChange(incident, move.step.key);
}

function followsChange(incident: Incident, step: string): boolean {
  const before = incident.pinned.slice(0, incident.pinned.indexOf(step));
  const last = before.map((key) => stateOf(incident, key)).findLast(({ status }) => status === 'done');
  return last?.status === 'done' && last.proposal !== undefined;
}
