/** A family of trainers: the hyperparameter with the batch size per GPU, and the constraints on it. */
export interface Family {
  readonly name: string;
  /** The batch that a GPU holds at a time; this is the one to reduce. */
  readonly batch: string;
  /** How many such batches make one optimizer step; absent if the trainer derives it from the global batch. */
  readonly accumulation?: string;
  /** Counts that must grow as the batch shrinks, so that the trainer generates the same amount at a time. */
  readonly scaled?: readonly string[];
  /** Values that must be divisible by the total batch (per GPU × GPUs), which the trainer checks at startup. */
  readonly dividedByBatch?: readonly string[];
}

/**
 * TRL GRPO: https://huggingface.co/docs/trl/grpo_trainer · verl: https://verl.readthedocs.io/en/latest/examples/config.html ·
 * OpenRLHF: https://openrlhf.readthedocs.io · the last rows are common in custom scripts.
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

/** The first family whose batch hyperparameter the job sets to a number. */
export function familyOf(hyperParameters: HyperParameters): Family | undefined {
  return families.find(({ batch }) => countIn(hyperParameters, batch) !== undefined);
}

export function countIn(hyperParameters: HyperParameters, name: string): number | undefined {
  const key = keyOf(hyperParameters, name);
  return key === undefined ? undefined : readCount(hyperParameters[key]);
}

/**
 * Hyperparameters are strings; the SageMaker SDK JSON-encodes some of them (`"8"`, `"\"abc\""`). A changed value keeps
 * its notation, because the training script expects it.
 * https://github.com/aws/sagemaker-python-sdk: `_encode_hyperparameters`
 */
export type HyperParameters = Readonly<Record<string, string>>;

/** Reads an integer of 1 or more in either notation; undefined for anything else. */
export function readCount(value: string | undefined): number | undefined {
  const bare = value?.trim().replace(/^"(.*)"$/, '$1');
  if (bare === undefined || !/^\d+$/.test(bare)) return undefined;
  const count = Number(bare);
  return Number.isSafeInteger(count) && count > 0 ? count : undefined;
}

/** Writes the new number in the notation of the old one. */
export function writeCount(count: number, asIn: string): string {
  return asIn.trim().startsWith('"') ? `"${count}"` : String(count);
}

/** The job's key for this hyperparameter: scripts accept both `batch-size` and `batch_size`. */
export function keyOf(hyperParameters: HyperParameters, name: string): string | undefined {
  const plain = (key: string): string => key.replace(/^--/, '').replaceAll('-', '_');
  return Object.keys(hyperParameters).find((key) => plain(key) === name);
}
