import type { Setting, Settings } from '../job-arguments.ts';
import type { JobFacts, Quantity, Recipe, Refusal } from '../recipe.ts';
import { accumulationIn, asQuantity, batchesIn, lastPart } from './batch-names.ts';
import { noBatch } from './no-batch.ts';

/** In reinforcement learning, a batch that is not called micro is that of all GPUs: OpenRLHF, verl, slime, SkyRL, NeMo RL. */
const rollouts =
  /(^|\.)(rollout|generator)\.|(^|[._])(rollout_batch_size|n_samples_per_prompt|ppo_mini_batch_size)$/;

/**
 * Any other job, by the names of its arguments: a micro batch is what a GPU holds, and the batch that it is a part of
 * stays. DeepSpeed, OpenRLHF, Megatron-LM, NeMo, llm-foundry, LitGPT, SkyRL and axolotl do so; the trainer derives the
 * accumulation if the job does not set it. A single `batch_size` is that of a script with its own arguments.
 */
export function namedRecipe(settings: Settings, job: JobFacts): Recipe | Refusal {
  const wholes = batchesIn(settings, 'all-gpus');
  const unclear = batchesIn(settings, 'unclear');
  const micro = batchesIn(settings, 'one-gpu');
  const mini = unclear.filter(({ name }) => lastPart(name).startsWith('mini'));
  const parts = micro.length > 0 ? micro : mini.length < unclear.length ? mini : [];
  if (parts.length > 0)
    return partsRecipe(settings, job, parts, [...unclear.filter((one) => !parts.includes(one)), ...wholes]);
  if (unclear.length > 0 && !settings.all.some(({ name }) => rollouts.test(name)))
    return partsRecipe(settings, job, ofTraining(unclear), wholes);
  return noBatch(settings, [...wholes, ...unclear]);
}

function ofTraining(settings: readonly Setting[]): readonly Setting[] {
  const training = settings.filter(({ name }) => /(^|[_.])train(ing)?([_.]|$)/.test(name));
  return training.length > 0 ? training : settings;
}

function partsRecipe(
  settings: Settings,
  job: JobFacts,
  parts: readonly Setting[],
  wholes: readonly Setting[],
): Recipe | Refusal {
  const held = parts.flatMap((part) => asQuantity(settings, part) ?? []);
  const accumulation = accumulationIn(settings);
  const grown = accumulation && asQuantity(settings, accumulation);
  const [first] = held;
  if (first === undefined || held.length < parts.length) return unreadable(settings, parts);
  if (accumulation !== undefined && grown === undefined) return unreadable(settings, [accumulation]);
  if (held.some(({ before }) => before !== first.before))
    return {
      why: `the job sets several batch sizes, and Relight does not know which one a GPU holds: ${parts.map(({ key }) => key).join(', ')}`,
    };
  const twins = loaderTwins(settings, first, wholes);
  const keeps = wholes.filter((one) => !twins.some(({ setting }) => setting === one));
  return {
    ...recipeOf(settings, first, grown, keeps),
    ...wholeToSet(settings, job, first, grown, keeps),
    shrinks: [...held, ...twins],
  };
}

function recipeOf(
  settings: Settings,
  held: Quantity,
  grown: Quantity | undefined,
  keeps: readonly Setting[],
): Recipe {
  const keepsEffective = grown !== undefined || keeps.length > 0;
  const lightning = settings.all.some(({ name }) => /^trainer\.(max_epochs|devices|precision)$/.test(name));
  return {
    trainer: trainerOf(held.name),
    unit: 'samples',
    held,
    shrinks: [held],
    grows: grown === undefined ? [] : [grown],
    keeps,
    ...(grown !== undefined && keeps.length === 0 && { effective: held.before * grown.before }),
    keepsEffective,
    ...(!keepsEffective && {
      confirm: lightning ? 'trainer.accumulate_grad_batches' : 'gradient_accumulation_steps',
    }),
    // What divided evenly before must do so afterward: the number of GPUs that share the batch is not always known.
    ...(grown === undefined && keeps.length > 0 && { refuses: dividing(held.before) }),
    notes: [],
  };
}

const trainers: readonly (readonly [batch: RegExp, trainer: string])[] = [
  [/^micro_train_batch_size$/, 'OpenRLHF'],
  [/^train_micro_batch_size_per_gpu$/, 'DeepSpeed'],
  [/^device_train_microbatch_size$/, 'llm-foundry'],
  [/^policy\.train_micro_batch_size$/, 'NeMo RL'],
  [/^(model|data)\.micro_batch_size$/, 'NeMo'],
];

function trainerOf(name: string): string {
  return trainers.find(([batch]) => batch.test(name))?.[1] ?? 'unknown trainer';
}

/** A loader with the batch of a DeepSpeed configuration holds the same samples. */
function loaderTwins(settings: Settings, held: Quantity, wholes: readonly Setting[]): Quantity[] {
  if (held.setting?.alone !== false) return [];
  return wholes
    .filter(({ name, alone }) => alone && settings.count(name) === held.before)
    .map((setting) => ({ name: setting.name, before: held.before, setting }));
}

/** Megatron-LM makes the batch of all GPUs from the micro batch if it is not set: megatron/training/arguments.py */
function wholeToSet(
  settings: Settings,
  { gpus }: JobFacts,
  held: Quantity,
  grown: Quantity | undefined,
  keeps: readonly Setting[],
): Partial<Recipe> {
  const isMegatron = settings.has(
    'tensor_model_parallel_size',
    'pipeline_model_parallel_size',
    'train_iters',
  );
  if (!isMegatron || held.name !== 'micro_batch_size' || keeps.length > 0 || grown !== undefined) return {};
  const split = ['tensor', 'pipeline', 'context'].map((kind) =>
    settings.count(`${kind}_${kind === 'context' ? '' : 'model_'}parallel_size`),
  );
  const groups = (gpus ?? Number.NaN) / split.reduce<number>((product, size) => product * (size ?? 1), 1);
  if (!Number.isSafeInteger(groups)) return { confirm: 'global_batch_size' };
  return {
    trainer: 'Megatron-LM',
    sets: [{ name: 'global_batch_size', value: held.before * groups }],
    keepsEffective: true,
    refuses: dividing(held.before),
  };
}

function unreadable(settings: Settings, [first]: readonly Setting[]): Refusal {
  const [key, value] = [first?.key ?? '', first === undefined ? '' : settings.text(first)];
  return value === 'auto'
    ? {
        why: `${key} is "auto": the trainer already looks for the largest batch that fits; use a larger instance`,
      }
    : { why: `${key} is “${value.slice(0, 40)}”, which is not a whole number from 1` };
}

/** A size that divides the old one divides everything that the old one did. */
export function dividing(before: number): (after: number) => string | undefined {
  return (after) =>
    before % after === 0 ? undefined : `${after} does not divide the present size of ${before}`;
}
