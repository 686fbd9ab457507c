import type { Settings } from '../job-arguments.ts';
import type { Recipe } from '../recipe.ts';
import { asQuantity } from './batch-names.ts';

/** Arguments of open-instruct's GRPO, which makes mini batches of whole rollouts and derives the accumulation from them. */
const rollouts = [
  'num_unique_prompts_rollout',
  'num_samples_per_prompt_rollout',
  'num_mini_batches',
  'local_mini_batch_size',
];

/**
 * The GRPO of open-instruct trains on packed sequences. It has no gradient_accumulation_steps.
 * https://github.com/allenai/open-instruct/blob/main/open_instruct/grpo_fast.py
 */
export function openInstructRecipe(settings: Settings): Recipe | undefined {
  const keeps = rollouts.flatMap((name) => settings.find(name) ?? []);
  if (!settings.has(...rollouts.slice(0, 2), 'local_mini_batch_size')) return undefined;
  const sequences = settings.find('per_device_train_batch_size');
  const held = sequences && asQuantity(settings, sequences);
  const base = { trainer: 'open-instruct', grows: [], keeps, keepsEffective: true, notes: [] } as const;
  const local = settings.count('local_mini_batch_size');
  const refuses = (after: number): string | undefined =>
    local === undefined || local % after === 0
      ? undefined
      : `local_mini_batch_size of ${local} is not divisible by ${after}`;
  if (held !== undefined && held.before > 1)
    return { ...base, unit: 'samples', held, shrinks: [held], refuses };
  return packed(settings, base);
}

/** With one sequence at a time, its length decides: open_instruct/data_loader.py demands that a prompt and a response fit. */
function packed(
  settings: Settings,
  base: Pick<Recipe, 'trainer' | 'grows' | 'keeps' | 'keepsEffective' | 'notes'>,
): Recipe | undefined {
  const setting = settings.find('pack_length');
  const held = setting && asQuantity(settings, setting);
  if (held === undefined) return undefined;
  const size =
    (settings.count('max_prompt_token_length') ?? 256) + (settings.count('response_length') ?? 256);
  const least = { size, why: `a prompt with its response can have ${size} tokens, which must fit` };
  return { ...base, unit: 'tokens', held, shrinks: [held], least };
}
