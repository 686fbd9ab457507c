import type { TrainingJob } from '../ports/ports.ts';
import { argumentsIn, Settings } from '../relaunch/batch/job-arguments.ts';

const minute = 60_000;

/** A checkpoint in S3. */
export interface Saved {
  readonly step: number;
  readonly at: number;
}

/** How often a job saves; `unknown` if its checkpoints and its arguments do not tell. */
export type SaveInterval =
  | { readonly minutes: number; readonly minutesPerStep: number }
  | { readonly unknown: string };

/** Spellings of the Hugging Face Trainer, verl and Megatron. */
const intervalNames = ['save_steps', 'trainer.save_freq', 'save_interval'];

/** From the times of the checkpoints that this job saved, in the order of their steps. `before`: the one it started from. */
export function saveIntervalOf(
  job: TrainingJob,
  saved: readonly [Saved, ...Saved[]],
  before: number,
): SaveInterval {
  const [first] = saved;
  const started = { step: before, at: job.createdAt };
  const pairs = pairsOf(saved.length === 1 ? [started, first] : saved).filter(({ steps }) => steps > 0);
  const perStep = median(pairs.map(({ from, to, steps }) => trainingMs(job, from, to) / steps));
  if (perStep === undefined) return { unknown: 'its checkpoints have no different steps' };
  const steps = stepsOf(job, saved, pairs);
  if (steps === undefined) return onlyOne(job, first);
  return { minutes: (steps * perStep) / minute, minutesPerStep: perStep / minute };
}

interface Pair {
  readonly from: number;
  readonly to: number;
  readonly steps: number;
}

function pairsOf(saved: readonly Saved[]): readonly Pair[] {
  return saved.slice(1).flatMap((to, index) => {
    const from = saved[index];
    return from === undefined || to.at <= from.at
      ? []
      : [{ from: from.at, to: to.at, steps: to.step - from.step }];
  });
}

/**
 * A trainer that keeps few checkpoints may keep an old, best one beside the newest: between only two, the job's own
 * setting counts, if it is smaller.
 */
function stepsOf(job: TrainingJob, saved: readonly Saved[], pairs: readonly Pair[]): number | undefined {
  const setting = stepSetting(job);
  if (saved.length === 1) return setting;
  const smallest = pairs.reduce((least, { steps }) => Math.min(least, steps), Infinity);
  return saved.length === 2 && setting !== undefined ? Math.min(smallest, setting) : smallest;
}

/** One checkpoint soon after the start shows that the job saves at least that often. */
function onlyOne(job: TrainingJob, { step, at }: Saved): SaveInterval {
  const minutes = trainingMs(job, job.createdAt, at) / minute;
  if (minutes <= 30) return { minutes, minutesPerStep: minutes / Math.max(1, step) };
  return { unknown: 'only one of its checkpoints is in S3, and it has no save_steps' };
}

function stepSetting({ hyperParameters, containerArguments = [] }: TrainingJob): number | undefined {
  const name = 'ContainerArguments';
  const text = containerArguments.join(' ');
  const settings = argumentsIn(name, text).map((one) => ({ ...one, outside: true }));
  const all = new Settings(hyperParameters, [{ name, text, settings }]);
  const strategy = all.value('save_strategy')?.replaceAll('"', '');
  if (strategy !== undefined && strategy !== 'steps') return undefined;
  return intervalNames.flatMap((one) => all.count(one) ?? [])[0];
}

/** Only the time that the job trained: a spot job can wait for hours between two checkpoints. */
export function trainingMs({ transitions }: TrainingJob, from: number, to: number): number {
  const spans = transitions.map(({ status, startedAt, endedAt }, index) => {
    const end = endedAt ?? transitions[index + 1]?.startedAt ?? to;
    return status === 'Training' ? Math.max(0, Math.min(end, to) - Math.max(startedAt, from)) : 0;
  });
  return spans.reduce((sum, span) => sum + span, 0);
}

function median(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor((sorted.length - 1) / 2)];
}
