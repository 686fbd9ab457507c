import type { Action } from '../../playbooks/define/action.ts';
import { attemptKeyOf } from '../../ports/calls.ts';
import type { StepJob } from '../jobs.ts';
import type { Approved } from './step-run.ts';

/** The names of the AWS calls of a request, each once: `StopTrainingJob, CreateTrainingJob`; empty if its action names none. */
export function callsOf(
  action: Action<unknown, unknown> | undefined,
  job: Pick<StepJob, 'incident' | 'step' | 'attempt'>,
  { proposal, hash }: Pick<Approved, 'proposal' | 'hash'>,
): string {
  const sends = action?.effect === 'change' ? action.sends : undefined;
  const { id, incident } = attemptKeyOf(job);
  const calls = sends?.(proposal, { id, incident, hash, approvers: [] }) ?? [];
  return [...new Set(calls.map(({ operation }) => operation))].join(', ');
}
