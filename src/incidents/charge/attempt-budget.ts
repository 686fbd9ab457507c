import type { Next } from '../../playbooks/runner.ts';
import { type ClickResult, noChange, recorded, standstill } from '../click-result.ts';
import type { Decision } from '../journal/store.ts';
import type { Call } from '../model/calls/call.ts';
import type { EventOf } from '../model/events.ts';
import { type Incident, isEndKnown } from '../model/incident.ts';
import type { Move } from './move.ts';

/** How many attempts on one cause may fail before Relight stops proposing, and whom it calls then. */
export interface AttemptBudget {
  readonly attempts: number;
  readonly call: Call;
}

/** Past attempts on the present kind of failure. Attempts of older journals have no kind and count. */
export function attemptsOnCause({ attempts, kind }: Pick<Incident, 'attempts' | 'kind'>): number {
  return attempts.filter((one) => one.kind === undefined || one.kind === kind).length;
}

/** Whether Relight has stopped proposing changes until a person decides. */
export function isOutOfAttempts({ attempts, attemptsSpent, attemptsAllowed }: Incident): boolean {
  return attemptsSpent === attempts.length && attemptsAllowed !== attempts.length;
}

/** Recorded right before a proposal that would exceed the budget. */
export function spentEvent(
  incident: Incident,
  move: Next,
  { attempts: max, call }: AttemptBudget,
): EventOf<'attempts-spent'> | undefined {
  const { attempts, attemptsSpent, attemptsAllowed } = incident;
  const isDecided = attemptsSpent === attempts.length || attemptsAllowed === attempts.length;
  const spent = attemptsOnCause(incident);
  if (!isProposal(move) || spent < max || isDecided) return undefined;
  return { type: 'attempts-spent', attempts: spent, call };
}

export function isProposal(move: Next): boolean {
  return move.kind === 'run' && move.phase === 'preview';
}

/** A person lets Relight propose one more attempt. */
export function allowAttempt(incident: Incident, { by, authorize }: Move): Decision<ClickResult> {
  const stands = standstill(incident);
  if (stands !== undefined) return noChange(stands);
  if (!isOutOfAttempts(incident) || isEndKnown(incident)) return noChange({ kind: 'old-copy' });
  return recorded(authorize, 'responder', 'attempt-allowed', { type: 'attempt-allowed', by });
}
