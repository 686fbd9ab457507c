import { z } from 'zod';
import { grow, type Results, type Start, type Step, type Steps } from './steps.ts';

/** The whole API for authors of actions and playbooks. */

export { type Action, type ChangeAction, defineAction, type ReadAction, S3Uri } from './action.ts';
export type { Adjust, Adjusted, Answers, Field, ManualStep } from './form.ts';
export { Role } from './role.ts';
export type { IncidentFacts, Results, Start, Step, Steps, When } from './steps.ts';

/** Why training failed. A playbook names the kinds it handles. */
export const FailureKind = z.enum([
  'spot_interruption',
  'capacity',
  'oom_gpu',
  'oom_host',
  'disk_full',
  'data',
  'permission',
  'network',
  'internal',
  'time_limit',
  'quota',
  'throttle',
  'user_stopped',
  'bad_checkpoint',
  'code_error',
  'hang_or_nccl',
  'hardware',
  'dependency_install',
  'image',
  'unknown',
]);
export type FailureKind = z.infer<typeof FailureKind>;

export interface Playbook {
  readonly title: string;
  /** When to use it, one sentence. */
  readonly summary: string;
  readonly handles: readonly [FailureKind, ...FailureKind[]];
  readonly steps: readonly Step[];
  /** The sentence that says how training was recovered, once it was; asked after every step. */
  readonly recovered: (results: Results) => string | undefined;
}

/** A file in `catalog/` exports one as `playbook`; the file's name is its id. */
export function definePlaybook<R extends Start>(playbook: {
  readonly title: string;
  readonly summary: string;
  readonly handles: readonly [FailureKind, ...FailureKind[]];
  readonly steps: (first: Steps<Start>) => Steps<R>;
  readonly recovered: (results: Start & Partial<NoInfer<R>>) => string | undefined;
}): Playbook {
  const { steps, recovered, ...rest } = playbook;
  // `recovered` reads results by the names that `steps` gave them; the erased form has the same names.
  return { ...rest, steps: steps(grow([])).list, recovered: recovered as Playbook['recovered'] };
}
