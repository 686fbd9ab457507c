/** A family of trainers: which hyperparameter holds the batch of one step on one GPU, and what must stay true of it. */
export interface Family {
  readonly name: string;
  /** The batch that the GPU holds at once: this one is made smaller. */
  readonly batch: string;
  /** How many such batches make one optimiser step; absent where the trainer works it out from the global batch. */
  readonly accumulation?: string;
  /** Counts that must grow as the batch shrinks, for the trainer to keep what it generates at a time. */
  readonly scaled?: readonly string[];
  /** What must be divisible by the batch of all GPUs (per GPU × GPUs), as the trainer checks at its start. */
  readonly dividedByBatch?: readonly string[];
}

/**
 * TRL GRPO: https://huggingface.co/docs/trl/grpo_trainer · verl: https://verl.readthedocs.io/en/latest/examples/config.html ·
 * OpenRLHF: https://openrlhf.readthedocs.io · the last row is what most scripts of one's own take.
 */
const families: readonly Family[] = [
  {
    name: 'verl',
    batch: 'actor_rollout_ref.actor.ppo_micro_batch_size_per_gpu',
    dividedByBatch: ['actor_rollout_ref.actor.ppo_mini_batch_size'],
  },
  { name: 'OpenRLHF', batch: 'micro_train_batch_size', dividedByBatch: ['train_batch_size'] },
  {
    name: 'TRL',
    batch: 'per_device_train_batch_size',
    accumulation: 'gradient_accumulation_steps',
    scaled: ['steps_per_generation'],
    dividedByBatch: ['generation_batch_size'],
  },
  { name: 'a script with batch_size', batch: 'batch_size', accumulation: 'gradient_accumulation_steps' },
  {
    name: 'a script with train_batch_size',
    batch: 'train_batch_size',
    accumulation: 'gradient_accumulation_steps',
  },
];

/** The first family whose batch the job names as a number. */
export function familyOf(hyperParameters: HyperParameters): Family | undefined {
  return families.find(({ batch }) => countIn(hyperParameters, batch) !== undefined);
}

export function countIn(hyperParameters: HyperParameters, name: string): number | undefined {
  const key = keyOf(hyperParameters, name);
  return key === undefined ? undefined : readCount(hyperParameters[key]);
}

/**
 * Hyperparameters are strings; the SageMaker SDK writes some of them as JSON within the string (`"8"`, `"\"abc\""`).
 * A value that is changed keeps the way it was written, because the training script reads it that way.
 * https://github.com/aws/sagemaker-python-sdk: `_encode_hyperparameters`
 */
export type HyperParameters = Readonly<Record<string, string>>;

/** A whole number of 1 or more, however it is written; undefined for anything else. */
export function readCount(value: string | undefined): number | undefined {
  const bare = value?.trim().replace(/^"(.*)"$/, '$1');
  if (bare === undefined || !/^\d+$/.test(bare)) return undefined;
  const count = Number(bare);
  return Number.isSafeInteger(count) && count > 0 ? count : undefined;
}

/** The new number, written as the old one was. */
export function writeCount(count: number, asIn: string): string {
  return asIn.trim().startsWith('"') ? `"${count}"` : String(count);
}

/** The key under which a job has this hyperparameter: scripts take `batch-size` and `batch_size` alike. */
export function keyOf(hyperParameters: HyperParameters, name: string): string | undefined {
  const plain = (key: string): string => key.replace(/^--/, '').replaceAll('-', '_');
  return Object.keys(hyperParameters).find((key) => plain(key) === name);
}
