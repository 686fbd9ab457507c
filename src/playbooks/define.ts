import type { JobOutcome } from '../assessment/job-outcomes.ts';
import { type IncidentKind } from '../ports/failure-kind.ts';
import { type RunKeys, stepsOfRun } from './define/run-keys.ts';
import { grow, type Results, type Start, type Step, type Steps } from './define/steps.ts';
import { firstLookSteps } from './first-look.ts';

/** The whole API for authors of actions and playbooks. */

export type { JobOutcome } from '../assessment/job-outcomes.ts';
export { FailureKind, IncidentKind } from '../ports/failure-kind.ts';
export type { Adjusted, Answers, Field, ManualStep } from '../ports/form-fields.ts';
export { Role } from '../ports/form-fields.ts';
export { S3Uri } from '../ports/s3-address.ts';
export { defineAction } from './define/action.ts';
export type { IncidentFacts, Results, Start, Step, Steps, When, Wrong } from './define/steps.ts';

export interface Playbook {
  readonly title: string;
  /** When to use it, one sentence. */
  readonly summary: string;
  /** Empty for one that only a person starts. */
  readonly handles: readonly IncidentKind[];
  readonly steps: readonly Step[];
  /** The keys of its steps where a person starts it by a command: a first look stands before them. */
  readonly stepsWhenAsked: readonly string[];
  /** The steps under their keys of this run; undefined when the playbook is no longer the one that was started. */
  readonly stepsIn: (run: RunKeys) => readonly Step[] | undefined;
  /** The sentence that says how training was recovered, once it was; asked after every step. */
  readonly recovered: (results: Results) => string | undefined;
  /** Set when another playbook is the right one, once that is known; asked after every step. */
  readonly handOver?: (results: Results) => HandOver | undefined;
  /** The sentence that says that nothing is broken, once that is known: nothing is recovered then, and nothing to do. */
  readonly nothingBroke?: (results: Results) => string | undefined;
  /** The sentence that says how a person ended it without a recovery; asked after every step. */
  readonly ended?: (results: Results) => string | undefined;
  /** For a playbook about many jobs: what became of each, once that is known. The card counts them by it. */
  readonly outcomes?: (results: Results) => readonly JobOutcome[] | undefined;
}

/** The playbook that takes over: the one for a kind of failure, or the one that a person named. */
export type HandOver = {
  readonly why: string;
  /** True where the playbook has got further and needs another round: without it, a playbook runs once by itself. */
  readonly again?: boolean;
  /** When it broke, where until then there was only a warning: the clock of the RTO starts there. */
  readonly failedAt?: number;
} & ({ readonly kind: IncidentKind } | { readonly playbook: string });

/** A file in `catalog/` exports one as `playbook`; the file's name is its id. */
export function definePlaybook<R extends Start>(playbook: {
  readonly title: string;
  readonly summary: string;
  readonly handles: readonly IncidentKind[];
  readonly steps: (first: Steps<Start>) => Steps<R>;
  readonly recovered: (results: Start & Partial<NoInfer<R>>) => string | undefined;
  readonly handOver?: (results: Start & Partial<NoInfer<R>>) => HandOver | undefined;
  readonly nothingBroke?: (results: Start & Partial<NoInfer<R>>) => string | undefined;
  readonly ended?: (results: Start & Partial<NoInfer<R>>) => string | undefined;
  readonly outcomes?: (results: Start & Partial<NoInfer<R>>) => readonly JobOutcome[] | undefined;
}): Playbook {
  const { steps, recovered, handOver, nothingBroke, ended, outcomes, ...rest } = playbook;
  const { list } = steps(grow([]));
  // A warning is about a job that goes on: that it does is no news.
  const asked = rest.handles.includes('checkpoints_stopped')
    ? list
    : [...firstLookSteps(rest.handles), ...list];
  return {
    ...rest,
    steps: list,
    stepsWhenAsked: asked.map(({ key }) => key),
    stepsIn: (run) => stepsOfRun(list, run) ?? stepsOfRun(asked, run),
    // All of them read results by the names that `steps` gave them; the erased form has the same names.
    recovered: recovered as Playbook['recovered'],
    ...(handOver !== undefined && { handOver: handOver as NonNullable<Playbook['handOver']> }),
    ...(nothingBroke !== undefined && {
      nothingBroke: nothingBroke as NonNullable<Playbook['nothingBroke']>,
    }),
    ...(ended !== undefined && { ended: ended as NonNullable<Playbook['ended']> }),
    ...(outcomes !== undefined && { outcomes: outcomes as NonNullable<Playbook['outcomes']> }),
  };
}
