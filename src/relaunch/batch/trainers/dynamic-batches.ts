import type { Settings } from '../job-arguments.ts';
import type { Quantity, Recipe } from '../recipe.ts';
import { asQuantity } from './batch-names.ts';
import { notesOnStages } from './verl-batches.ts';

interface DynamicBatches {
  readonly trainer: string;
  /** The flag that packs samples by tokens; the micro batch then has no effect. */
  readonly flag: string;
  /** The most tokens that a GPU holds at a time. */
  readonly tokens: string;
  /** The trainer's default. */
  readonly default?: number;
  /** Their sum is the longest sample, which must fit. */
  readonly lengths: readonly (readonly [name: string, standard: number])[];
  /** GPUs that share one sample. */
  readonly shared?: string;
}

const actor = 'actor_rollout_ref.actor';

/**
 * verl: verl/utils/seqlen_balancing.py refuses a limit below the padded length · OpenRLHF: openrlhf/cli/train_ppo_ray.py ·
 * slime: slime/utils/arguments.py · NeMo RL: examples/configs/grpo_math_1B.yaml
 */
const dynamic: readonly DynamicBatches[] = [
  {
    trainer: 'verl',
    flag: `${actor}.use_dynamic_bsz`,
    tokens: `${actor}.ppo_max_token_len_per_gpu`,
    default: 16384,
    lengths: [
      ['data.max_prompt_length', 512],
      ['data.max_response_length', 512],
    ],
    shared: `${actor}.ulysses_sequence_parallel_size`,
  },
  {
    trainer: 'verl',
    flag: 'data.use_dynamic_bsz',
    tokens: 'data.max_token_len_per_gpu',
    lengths: [['data.max_length', 1024]],
  },
  {
    trainer: 'OpenRLHF',
    flag: 'use_dynamic_batch',
    tokens: 'train_max_tokens_per_gpu',
    default: 16192,
    lengths: [
      ['prompt_max_len', 0],
      ['generate_max_len', 0],
    ],
    shared: 'ring_attn_size',
  },
  {
    trainer: 'OpenRLHF',
    flag: 'train.dynamic_batch_enable',
    tokens: 'train.max_tokens_per_gpu',
    default: 16192,
    lengths: [['data.max_len', 0]],
    shared: 'ds.ring_attn_size',
  },
  {
    trainer: 'slime',
    flag: 'use_dynamic_batch_size',
    tokens: 'max_tokens_per_gpu',
    lengths: [],
  },
  ...['dynamic_batching', 'sequence_packing'].map((section) => ({
    trainer: 'NeMo RL',
    flag: `policy.${section}.enabled`,
    tokens: `policy.${section}.train_mb_tokens`,
    lengths: [['policy.max_total_sequence_length', 0] as const],
  })),
];

/** With dynamic batches, tokens decide the memory and not samples. */
export function dynamicRecipe(settings: Settings): Recipe | undefined {
  const rule = dynamic.find(({ flag }) => settings.isOn(flag));
  const held = rule && limitOf(rule, settings);
  if (rule === undefined || held === undefined) return undefined;
  const size = longestIn(rule, settings);
  return {
    trainer: rule.trainer,
    unit: 'tokens',
    held,
    shrinks: [held],
    grows: [],
    keeps: settings.all.filter(({ name }) => kept.test(name)),
    keepsEffective: true,
    ...(size > 0 && { least: { size, why: `a sample can have ${size} tokens per GPU, which must fit` } }),
    notes: rule.trainer === 'verl' ? notesOnStages(settings) : [],
  };
}

function limitOf({ tokens, default: standard }: DynamicBatches, settings: Settings): Quantity | undefined {
  const setting = settings.find(tokens);
  if (setting !== undefined) return asQuantity(settings, setting);
  return standard === undefined ? undefined : { name: tokens, before: standard };
}

function longestIn({ lengths, shared = '' }: DynamicBatches, settings: Settings): number {
  const longest = lengths.reduce((sum, [name, standard]) => sum + (settings.count(name) ?? standard), 0);
  return Math.ceil(longest / (settings.count(shared) ?? 1));
}

const kept =
  /(^|\.)(train_batch_size|ppo_mini_batch_size|global_batch_size|train_global_batch_size)$|^train\.batch_size$/;
