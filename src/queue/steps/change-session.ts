import type { ChangeAction } from '../../playbooks/define/action.ts';
import { attemptKeyOf } from '../../ports/calls.ts';
import type { JsonObject } from '../../ports/ports.ts';
import type { Approved, ChangeSession, RunDeps, StepRun } from './step-run.ts';

/**
 * The ports of one run of a change. With an actor role, they can send only the calls that the action shows to its approvers,
 * and AWS records the approvers with each call. An action that shows no calls can then send none.
 */
export function openSession(
  { portsFor, sessionFor }: Pick<RunDeps, 'portsFor' | 'sessionFor'>,
  { job }: StepRun,
  { sends }: Pick<ChangeAction<unknown, unknown>, 'sends'>,
  { hash, proposal, approvals }: Approved,
  request: JsonObject,
): ChangeSession {
  const attemptKey = attemptKeyOf(job);
  if (sessionFor === undefined)
    return { ports: portsFor(attemptKey), ready: async () => undefined, close: () => undefined };
  const { id, incident } = attemptKey;
  const facts = { id, incident, hash, approvers: approvals.map(({ by }) => by) };
  return sessionFor(attemptKey, { ...facts, calls: sends?.({ ...proposal, request }, facts) ?? [] });
}
