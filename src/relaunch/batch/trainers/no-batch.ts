import type { Setting, Settings } from '../job-arguments.ts';
import type { Refusal } from '../recipe.ts';
import { configFileOf } from './config-file.ts';

/** Why a job without the batch of one GPU gets no plan, and where a person finds it. */
export function noBatch(settings: Settings, wholes: readonly Setting[]): Refusal {
  const file = configFileOf(settings);
  const [whole] = wholes;
  if (file !== undefined)
    return {
      why: `the hyperparameters do not set the batch of one GPU, but ${file.key} names ${file.file}: ${lineToChange(settings)}`,
    };
  if (whole !== undefined)
    return {
      why: `${whole.key} is the batch of all GPUs: it decides how the model trains, not how much a GPU holds. The job does not set the batch of one GPU, so set that below the trainer’s default, or use a larger instance`,
    };
  if (settings.has('gradient_accumulation_steps', 'num_train_epochs', 'per_device_eval_batch_size'))
    return {
      why: 'the job does not set per_device_train_batch_size. If its script uses TrainingArguments of transformers, the default is 8: set 4 and double gradient_accumulation_steps, or use a larger instance',
    };
  return { why: 'the job has no hyperparameter that Relight knows as a batch size' };
}

/** Arguments by which a configuration file of a trainer is recognized, and the lines that decide its memory. */
const lines: readonly (readonly [evidence: readonly string[], line: string])[] = [
  [
    ['base_model', 'axolotl_config', 'sequence_len'],
    'halve micro_batch_size there and double gradient_accumulation_steps',
  ],
  [
    [
      'tensor_model_parallel_size',
      'trainer.devices',
      'trainer.num_nodes',
      'model.tensor_model_parallel_size',
    ],
    'halve micro_batch_size there and leave global_batch_size as it is',
  ],
];

function lineToChange(settings: Settings): string {
  const known = lines.find(([evidence]) => settings.has(...evidence));
  return (
    known?.[1] ??
    'halve the line of the batch of one GPU there (per_device_train_batch_size, micro_batch_size, device_train_microbatch_size or batch_size), and double gradient_accumulation_steps unless the file sets the batch of all GPUs'
  );
}
