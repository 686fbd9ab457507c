import type { Settings } from '../job-arguments.ts';
import type { Quantity, Recipe } from '../recipe.ts';
import { asQuantity } from './batch-names.ts';

/**
 * Trainers that split a batch by a count: what a GPU holds is the batch divided by it, so the count grows and the batch
 * stays. SageMaker model parallelism v1:
 * https://sagemaker.readthedocs.io/en/stable/api/training/smp_versions/latest/smd_model_parallel_general.html ·
 * torchtune PPO: recipes/ppo_full_finetune_single_device.py
 */
const splits = [
  {
    trainer: 'SageMaker model parallelism',
    wholes: ['train_batch_size', 'batch_size', 'per_device_train_batch_size'],
    by: 'microbatches',
  },
  { trainer: 'torchtune PPO', wholes: ['ppo_batch_size'], by: 'gradient_accumulation_steps' },
];

export function derivedRecipe(settings: Settings): Recipe | undefined {
  for (const { trainer, wholes, by } of splits) {
    const whole = quantityOf(
      settings,
      wholes.find((name) => settings.count(name) !== undefined),
    );
    const parts = quantityOf(settings, by);
    if (whole?.setting === undefined || parts === undefined) continue;
    const before = Math.floor(whole.before / parts.before);
    return {
      trainer,
      unit: 'samples',
      held: { name: `${whole.name} / ${by}`, before: Math.max(1, before) },
      shrinks: [],
      grows: [parts],
      keeps: [whole.setting],
      keepsEffective: true,
      refuses: (after) =>
        whole.before % after === 0
          ? undefined
          : `${whole.name} of ${whole.before} is not divisible by ${after}`,
      notes: [],
    };
  }
  return undefined;
}

function quantityOf(settings: Settings, name: string | undefined): Quantity | undefined {
  const setting = name === undefined ? undefined : settings.find(name);
  return setting && asQuantity(settings, setting);
}
