import { type BatchPlan, planBatch } from '../../../src/relaunch/batch/plan-batch.ts';

export type Arguments = Readonly<Record<string, string>>;

interface Machine {
  readonly gpus?: number;
  readonly trainer?: string;
}

/** A plan for half the batch, on 8 GPUs unless told otherwise. */
export function planFor(hyperParameters: Arguments, { gpus = 8, trainer }: Machine = {}): BatchPlan {
  return planBatch({ hyperParameters, gpus, trainer, reduction: 0.5 });
}

/** The new values by key, or why there is no plan. */
export function changesFor(hyperParameters: Arguments, machine: Machine = {}): unknown {
  const plan = planFor(hyperParameters, machine);
  if (!plan.possible) return plan.why;
  return Object.fromEntries(plan.changes.map(({ key, after }) => [key, after]));
}

/** The section of verl's actor. */
export const actor = 'actor_rollout_ref.actor';
