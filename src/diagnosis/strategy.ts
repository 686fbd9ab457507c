import { z } from 'zod';
import type { FailureKind } from '../ports/failure-kind.ts';
import type { TrainingJob } from '../ports/ports.ts';
import type { Confidence, Verdict } from './verdict.ts';

/** The recovery strategy for a failure. Only the first three launch a new job. */
export const Strategy = z.enum([
  'resume_from_checkpoint',
  'resume_from_earlier_checkpoint',
  'retry_with_reduced_batch',
  'retry_after_data_fix',
  'restart_from_scratch',
  'retry_on_larger_instance',
  'resume_elsewhere',
  'none_trains_again',
  'none',
]);
export type Strategy = z.infer<typeof Strategy>;

export interface Chosen {
  readonly strategy: Strategy;
  readonly why: string;
}

/** A strategy with the confidence that allows it: below medium, nothing follows until a person chooses. */
export type Justified =
  | { readonly confidence: Exclude<Confidence, 'low'>; readonly strategy: Strategy; readonly why: string }
  | { readonly confidence: 'low'; readonly strategy: 'none'; readonly why: string };

/** The strategy of a playbook that a person chose, whatever the diagnosis is. */
export interface ByPerson extends Chosen {
  readonly confidence: Confidence;
  readonly chosenBy: 'person';
}

/** One of the likeliest causes of a failure whose cause is not certain. */
export interface Suspect {
  readonly kind: FailureKind;
  readonly why: string;
}

const passing = 'nothing is wrong with the job itself, so it resumes from its checkpoint';
const byHand = (what: string): Chosen => ({
  strategy: 'none',
  why: `${what}, and resuming would fail the same way`,
});

const strategies: Readonly<Record<FailureKind, Chosen>> = {
  spot_interruption: { strategy: 'resume_from_checkpoint', why: passing },
  capacity: { strategy: 'resume_from_checkpoint', why: passing },
  internal: { strategy: 'resume_from_checkpoint', why: passing },
  hardware: { strategy: 'resume_from_checkpoint', why: passing },
  time_limit: {
    strategy: 'resume_from_checkpoint',
    why: 'it was not done yet, so it resumes from its checkpoint',
  },
  oom_gpu: {
    strategy: 'retry_with_reduced_batch',
    why: 'it needs a smaller batch, and resuming alone would fail the same way',
  },
  data: {
    strategy: 'retry_after_data_fix',
    why: 'the data must be fixed first, and resuming alone would fail the same way',
  },
  user_stopped: { strategy: 'none', why: 'a person wanted it, so Relight does not start it again' },
  oom_host: {
    strategy: 'retry_on_larger_instance',
    why: 'it needs an instance with more memory, and a smaller batch would not help',
  },
  disk_full: byHand('it needs more storage'),
  permission: byHand('its role lacks a permission'),
  network: byHand('its VPC needs a way to S3'),
  quota: byHand('the quota must be raised first'),
  throttle: byHand('AWS limits its calls'),
  bad_checkpoint: {
    strategy: 'resume_from_earlier_checkpoint',
    why: 'the checkpoint it loads is broken, and the one before may be good',
  },
  code_error: byHand('its code must be corrected'),
  hang_or_nccl: {
    strategy: 'none',
    why: 'its ranks waited for each other: it is worth resuming once, but not again after a second hang',
  },
  dependency_install: byHand('its requirements must be corrected'),
  image: byHand('its image must be corrected'),
  unknown: { strategy: 'none', why: 'a person must read the evidence first' },
};

/** The strategy for a verdict. Below medium confidence nothing durable follows: a person chooses. */
export function strategyOf(
  { kind, confidence, advice }: Verdict,
  job: Pick<TrainingJob, 'checkpointUri'>,
): Justified {
  const { strategy, why } = strategyFor(kind, job);
  if (advice !== undefined) return { confidence, strategy: 'none', why: advice };
  if (confidence !== 'low') return { confidence, strategy, why };
  return {
    confidence,
    strategy: 'none',
    why: kind === 'unknown' ? why : `this is only likely: if it is right, ${why}`,
  };
}

/** The two likeliest causes if the verdict is only a suspicion, the likelier first. */
export function suspectsOf({ kind, confidence, advice, evidence, runnerUp }: Verdict): readonly Suspect[] {
  if (advice !== undefined || confidence !== 'low' || kind === 'unknown') return [];
  const first = { kind, why: evidence[0] ?? '' };
  return runnerUp === undefined ? [first] : [first, { kind: runnerUp.kind, why: runnerUp.evidence }];
}

/** The recoveries to offer to a person when none follows by itself: the most likely first. */
export function offersFor(verdict: Verdict, job: Pick<TrainingJob, 'checkpointUri'>): readonly Strategy[] {
  if (verdict.advice === undefined && verdict.kind === 'unknown')
    return [strategyFor('internal', job).strategy];
  const offers = suspectsOf(verdict).map(({ kind }) => strategyFor(kind, job).strategy);
  return [...new Set(offers.filter((strategy) => strategy !== 'none'))];
}

export function strategyFor(kind: FailureKind, job: Pick<TrainingJob, 'checkpointUri'>): Chosen {
  const chosen = strategies[kind];
  if (chosen.strategy !== 'resume_from_checkpoint' || job.checkpointUri !== undefined) return chosen;
  return {
    strategy: 'restart_from_scratch',
    why: 'it keeps no checkpoints, so there is nothing to resume from',
  };
}
