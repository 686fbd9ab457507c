import { describe, expect, it } from 'vitest';
import { actor, planFor } from './a-plan.ts';

describe('no smaller batch is planned', () => {
  it.each<[string, Record<string, string>, RegExp]>([
    [
      'for KTO at 2 samples, which it compares with each other',
      { stage: 'kto', per_device_train_batch_size: '2', gradient_accumulation_steps: '8' },
      /KTO compares/,
    ],
    [
      'if the longest sample fills the limit of tokens',
      {
        [`${actor}.use_dynamic_bsz`]: 'True',
        [`${actor}.ppo_max_token_len_per_gpu`]: '10240',
        'data.max_prompt_length': '2048',
        'data.max_response_length': '8192',
      },
      /a sample can have 10240 tokens/,
    ],
    [
      'if each GPU has one sample of the micro batch of all GPUs',
      { [`${actor}.ppo_micro_batch_size`]: '8', [`${actor}.ppo_mini_batch_size`]: '256' },
      /is the batch of 8 GPUs/,
    ],
    [
      'if each microbatch has one sample',
      { train_batch_size: '4', microbatches: '4' },
      /train_batch_size \/ microbatches is already 1/,
    ],
    [
      'if the trainer looks for it by itself',
      { device_train_microbatch_size: 'auto', global_train_batch_size: '512' },
      /is "auto"/,
    ],
    [
      'from the batch of all GPUs alone',
      { 'global-batch-size': '512' },
      /global-batch-size is the batch of all GPUs/,
    ],
    [
      'from the batch of all GPUs of OpenRLHF',
      { train_batch_size: '128', rollout_batch_size: '1024' },
      /is the batch of all GPUs/,
    ],
    [
      'from the batches of all GPUs of verl',
      { 'data.train_batch_size': '1024', [`${actor}.ppo_mini_batch_size`]: '256' },
      /is the batch of all GPUs/,
    ],
    [
      'from the batch of all GPUs of DeepSpeed',
      { ds_config: '{"train_batch_size": 128}' },
      /with DeepSpeed, train_batch_size/,
    ],
    [
      'between batches that contradict each other',
      { 'model.micro_batch_size': '4', 'data.micro_batch_size': '2' },
      /several batch sizes/,
    ],
    [
      'from the name of a run',
      { run_name: 'batch_size=8 lr=1', lr: '1' },
      /no hyperparameter that Relight knows/,
    ],
    [
      'for evaluation',
      { eval_batch_size: '64', eval_config: '{"batch_size": 64}' },
      /no hyperparameter that Relight knows/,
    ],
    [
      'from a file, but the line there is named',
      { config: 'grpo.yaml' },
      /config names grpo\.yaml: halve the line/,
    ],
    ['from a default, but the default is named', { num_train_epochs: '3' }, /the default is 8/],
    [
      'at a batch of 1, but what else decides the memory is named',
      { per_device_train_batch_size: '1', max_seq_length: '8192' },
      /already 1.*larger instance.*smaller max_seq_length/,
    ],
  ])('%s', (_, hyperParameters, why) => {
    expect(planFor(hyperParameters)).toEqual({ possible: false, why: expect.stringMatching(why) });
  });
});

describe('the batch of all GPUs', () => {
  it('stays on purpose and is listed', () => {
    const hyperParameters = {
      [`${actor}.ppo_micro_batch_size_per_gpu`]: '4',
      [`${actor}.ppo_mini_batch_size`]: '32',
      'actor_rollout_ref.rollout.n': '16',
      'data.train_batch_size': '64',
    };

    expect(planFor(hyperParameters, { gpus: 128 })).toMatchObject({
      batch: { after: 2 },
      unchanged: { [`${actor}.ppo_mini_batch_size`]: '32', 'data.train_batch_size': '64' },
    });
  });
});
