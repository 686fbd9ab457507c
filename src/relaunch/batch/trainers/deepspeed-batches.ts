import type { Setting, Settings } from '../job-arguments.ts';
import { wasRead } from '../outside-texts.ts';
import type { JobFacts, Quantity, Recipe, Refusal } from '../recipe.ts';
import { accumulationIn, asQuantity } from './batch-names.ts';

const micro = 'train_micro_batch_size_per_gpu';
const accumulation = 'gradient_accumulation_steps';
const whole = 'train_batch_size';

interface Twins {
  readonly shrinks: readonly Quantity[];
  readonly grows: readonly Quantity[];
  readonly keeps: readonly Setting[];
  readonly notes: readonly string[];
}

/**
 * The same counts in a DeepSpeed configuration inside a hyperparameter. transformers refuses to start if they differ
 * from its own: `Please correct the following DeepSpeed config values that mismatch TrainingArguments values`. `auto` is
 * filled in by transformers.
 */
export function deepSpeedTwins(settings: Settings): Twins {
  const inside = (name: string): Quantity[] => {
    const setting = settings.all.find((one) => one.name === name && !one.alone);
    const before = setting && Number(settings.text(setting));
    return setting === undefined || !Number.isSafeInteger(before)
      ? []
      : [{ name, before: Number(before), setting }];
  };
  const file = ['deepspeed', 'deepspeed_config', 'ds_config'].find(
    (name) =>
      settings.value(name)?.endsWith('.json') && !wasRead(settings.outside, settings.value(name) ?? ''),
  );
  return {
    shrinks: inside(micro),
    grows: inside(accumulation),
    keeps: inside(whole).flatMap(({ setting }) => setting ?? []),
    notes:
      file === undefined
        ? []
        : [
            `If ${settings.value(file)} sets ${micro} or ${accumulation} to a number instead of "auto", change it there too: DeepSpeed refuses to start if they differ`,
          ],
  };
}

/**
 * DeepSpeed itself: train_batch_size is the batch of all GPUs, and the product of the micro batch, the accumulation and
 * the number of GPUs. A count that is absent follows from the others.
 * https://www.deepspeed.ai/docs/config-json/#batch-size-related-parameters
 */
export function deepSpeedRecipe(settings: Settings, { gpus }: JobFacts): Recipe | Refusal | undefined {
  const total = settings.find(whole);
  const batch = total && asQuantity(settings, total);
  if (total === undefined || batch === undefined || settings.has(micro) || !isDeepSpeed(settings, total))
    return undefined;
  const grown = accumulationOf(settings);
  if (grown === undefined || gpus === undefined) return { why: onlyTotal };
  const before = batch.before / grown.before / gpus;
  if (!Number.isSafeInteger(before)) return { why: onlyTotal };
  return {
    trainer: 'DeepSpeed',
    unit: 'samples',
    held: { name: micro, before },
    shrinks: [],
    grows: [grown],
    keeps: [total],
    keepsEffective: true,
    notes: [],
  };
}

function accumulationOf(settings: Settings): Quantity | undefined {
  const setting = accumulationIn(settings);
  return setting && asQuantity(settings, setting);
}

const onlyTotal = `with DeepSpeed, ${whole} is the batch of all GPUs: it decides how the model trains, not how much a GPU holds. Set ${micro} to half of what a GPU holds now, or use a larger instance`;

function isDeepSpeed(settings: Settings, total: Setting): boolean {
  return !total.alone || settings.has('deepspeed', 'deepspeed_config', 'ds_config', 'zero_stage');
}
