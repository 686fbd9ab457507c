import { largest } from '../../../ports/collections.ts';
import type { Settings } from '../job-arguments.ts';
import type { JobFacts, Quantity, Recipe } from '../recipe.ts';
import { asQuantity } from './batch-names.ts';

interface Generations {
  readonly grows: readonly Quantity[];
  readonly rules: Pick<Recipe, 'refuses' | 'doubts'>;
}

/** TRL has had these arguments only since 0.17 and 0.18. */
const recent = [
  'generation_batch_size',
  'steps_per_generation',
  'vllm_mode',
  'loss_type',
  'mask_truncated_completions',
  'num_completions_to_print',
  'importance_sampling_level',
  'use_liger_loss',
];

/**
 * TRL trains on whole groups of generations. 0.15 and 0.16 demand that one batch of all GPUs is divisible by
 * num_generations (`The global train batch size (1 x 4) must be evenly divisible by …`), 0.17 and later that the batch of
 * one generation is, and 0.14 demands nothing: https://github.com/huggingface/trl/blob/main/trl/trainer/grpo_config.py
 */
export function generationRules(
  settings: Settings,
  job: JobFacts,
  batch: number,
  accumulates: boolean,
): Generations {
  const steps = settings.find('steps_per_generation');
  const grown = steps === undefined ? undefined : asQuantity(settings, steps);
  const processes = settings.count('num_processes') ?? job.gpus;
  const isKnown = settings.has('num_generations', 'generation_batch_size') && processes !== undefined;
  return {
    grows: grown === undefined ? [] : [grown],
    rules: isKnown ? rulesFor(settings, job.trainer, { batch, processes, accumulates }) : {},
  };
}

interface Pass {
  readonly batch: number;
  readonly processes: number;
  readonly accumulates: boolean;
}

function rulesFor(
  settings: Settings,
  trainer: string | undefined,
  { batch, processes, accumulates }: Pass,
): Generations['rules'] {
  const groups = wholeGroups(settings.count('num_generations') ?? 8, processes);
  if (!accumulates) return { refuses: groups };
  const version = versionOf(trainer);
  const isOld = version === 15 || version === 16;
  if (isOld) return { refuses: groups };
  const whole = settings.count('generation_batch_size');
  const refuses = whole === undefined ? {} : { refuses: wholeGenerations(whole, processes) };
  // A job that the older rule would have refused has started, so its TRL is another version.
  const isOther = version !== undefined || settings.has(...recent) || groups(batch) !== undefined;
  return isOther ? refuses : { ...refuses, doubts: groups };
}

function wholeGroups(generations: number, processes: number) {
  return (after: number): string | undefined =>
    (after * processes) % generations === 0
      ? undefined
      : `TRL before 0.17 refuses it: the batch of all GPUs, ${processes} × ${after}, is not divisible by ${generations} generations`;
}

/** A generation batch that the job sets stays, and must be divisible by the batch of all GPUs. */
function wholeGenerations(whole: number, processes: number) {
  return (after: number): string | undefined =>
    whole % (after * processes) === 0
      ? undefined
      : `generation_batch_size of ${whole} is not divisible by ${after} × ${processes} GPUs`;
}

/** The minor version of TRL 0.x that a person named, 100 for 1.x and later; the last one of a range. */
function versionOf(trainer: string | undefined): number | undefined {
  const named = /\btrl\b/i.test(trainer ?? '') ? [...(trainer ?? '').matchAll(/\b(\d+)\.(\d+)/g)] : [];
  const minors = named.map(([, major = '', minor = '']) => (major === '0' ? Number(minor) : 100));
  return minors.length === 0 ? undefined : largest(minors);
}
