import type { Settings } from '../job-arguments.ts';
import type { JobFacts, Quantity, Recipe } from '../recipe.ts';
import { asQuantity, batchesIn } from './batch-names.ts';
import { configFileOf } from './config-file.ts';
import { deepSpeedTwins } from './deepspeed-batches.ts';
import { generationRules } from './trl-generations.ts';

const batch = 'per_device_train_batch_size';
const accumulation = 'gradient_accumulation_steps';

/** Arguments of scripts that parse their own: TrainingArguments says `num_train_epochs` and `learning_rate`. */
const ownArguments = ['epochs', 'epoch', 'num_epochs', 'lr', 'instruction_tuned'];

/** Arguments of ms-swift, in its versions 2 to 4. */
const swift = ['sft_type', 'train_type', 'tuner_type', 'rlhf_type'];

/**
 * The Trainer of transformers, and what is built on it: TRL, LLaMA-Factory, ms-swift, open-instruct's SFT and DPO.
 * https://huggingface.co/docs/transformers/main_classes/trainer#transformers.TrainingArguments
 */
export function huggingFaceRecipe(settings: Settings, job: JobFacts): Recipe | undefined {
  const held = batchOf(settings);
  if (held === undefined) return undefined;
  const whole = batchesIn(settings, 'all-gpus');
  const accumulated =
    whole.length > 0 ? setAccumulation(settings) : accumulationOf(settings, job, held.before);
  const grows = accumulated === undefined ? [] : [accumulated];
  const keepsEffective = grows.length + whole.length > 0;
  const generations = generationRules(settings, job, held.before, keepsEffective);
  const twins = deepSpeedTwins(settings);
  return {
    trainer: settings.has('num_generations') ? 'TRL' : 'Hugging Face Trainer',
    unit: 'samples',
    held,
    shrinks: [held, ...twins.shrinks],
    grows: [
      ...grows,
      ...twins.grows.filter(({ setting }) => setting !== accumulated?.setting),
      ...generations.grows,
    ],
    keeps: [...whole, ...twins.keeps],
    ...(accumulated !== undefined && { effective: held.before * accumulated.before }),
    keepsEffective,
    ...(!keepsEffective && { confirm: accumulation }),
    ...(isKto(settings) && { least: leastOfKto }),
    ...generations.rules,
    notes: [...twins.notes, ...notesOnGeneration(settings)],
  };
}

function batchOf(settings: Settings): Quantity | undefined {
  const setting = settings.find(batch) ?? settings.find('per_gpu_train_batch_size');
  if (setting !== undefined) return asQuantity(settings, setting);
  // GRPO and RLOO leave the default of TrainingArguments.
  const isTrl = settings.has('num_generations') && settings.has(accumulation);
  return isTrl && configFileOf(settings) === undefined ? { name: batch, before: 8 } : undefined;
}

function setAccumulation(settings: Settings): Quantity | undefined {
  const setting = settings.find(accumulation);
  return setting && asQuantity(settings, setting);
}

/** Undefined if nothing tells how many steps the script accumulates, or whether it takes the argument. */
function accumulationOf(settings: Settings, { gpus }: JobFacts, held: number): Quantity | undefined {
  if (settings.has(accumulation)) return setAccumulation(settings);
  const isTold = settings.find(batch)?.alone !== false && configFileOf(settings) === undefined;
  if (!isTold || settings.has(...ownArguments)) return undefined;
  if (!settings.has(...swift) || settings.value('rlhf_type') === 'grpo')
    return { name: accumulation, before: 1 };
  // ms-swift fills a step up to 16 samples: swift/trainers/arguments.py
  const filled = gpus === undefined ? undefined : Math.max(1, Math.ceil(16 / held / gpus));
  return filled === undefined ? undefined : { name: accumulation, before: filled };
}

function notesOnGeneration(settings: Settings): string[] {
  if (!settings.isOn('use_vllm') || settings.value('vllm_mode') === 'server') return [];
  return ['If the memory ran out while vLLM generated, lower vllm_gpu_memory_utilization instead'];
}

/** https://github.com/huggingface/trl/blob/main/trl/trainer/kto_trainer.py: `Actual (not effective) batch size must be > 1.` */
function isKto(settings: Settings): boolean {
  const method = settings.value('stage') ?? settings.value('rlhf_type') ?? settings.value('rl');
  return method === 'kto' || settings.has('desirable_weight', 'undesirable_weight');
}

const leastOfKto = {
  size: 2,
  why: 'KTO compares the samples of one batch and needs at least 2 per GPU',
};
