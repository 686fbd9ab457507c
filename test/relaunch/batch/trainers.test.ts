import { describe, expect, it } from 'vitest';
import { actor, changesFor } from './a-plan.ts';

describe('a smaller batch changes what the trainer reads, and nothing else, for', () => {
  it.each<[string, Record<string, string>, Record<string, string>]>([
    [
      'the Hugging Face Trainer, whose accumulation is 1 if the job does not set it',
      { per_device_train_batch_size: '8', num_train_epochs: '3' },
      { per_device_train_batch_size: '4', gradient_accumulation_steps: '2' },
    ],
    [
      'hyphenated options, with the added one spelled alike',
      { 'per-device-train-batch-size': '8', 'num-train-epochs': '3' },
      { 'per-device-train-batch-size': '4', 'gradient-accumulation-steps': '2' },
    ],
    [
      'GRPO of TRL that leaves the default batch of 8',
      { num_generations: '4', gradient_accumulation_steps: '2' },
      { per_device_train_batch_size: '4', gradient_accumulation_steps: '4' },
    ],
    [
      'ms-swift, which fills a step up to 16 samples',
      { train_type: 'lora', per_device_train_batch_size: '2' },
      { per_device_train_batch_size: '1', gradient_accumulation_steps: '2' },
    ],
    [
      'a recipe with the batch of all GPUs, from which it derives the accumulation',
      { per_device_train_batch_size: '8', global_batch_size: '128' },
      { per_device_train_batch_size: '4' },
    ],
    [
      'GRPO of open-instruct, which has no accumulation',
      { per_device_train_batch_size: '8', num_unique_prompts_rollout: '64', pack_length: '4096' },
      { per_device_train_batch_size: '4' },
    ],
    [
      'open-instruct with one packed sequence at a time, which becomes shorter',
      {
        per_device_train_batch_size: '1',
        num_unique_prompts_rollout: '64',
        pack_length: '16384',
        max_prompt_token_length: '2048',
        response_length: '8192',
      },
      { pack_length: '10240' },
    ],
    [
      'DeepSpeed with two of its three counts',
      { train_batch_size: '64', train_micro_batch_size_per_gpu: '4' },
      { train_micro_batch_size_per_gpu: '2' },
    ],
    [
      'DeepSpeed that derives the micro batch',
      { train_batch_size: '64', gradient_accumulation_steps: '2', zero_stage: '3' },
      { gradient_accumulation_steps: '4' },
    ],
    [
      'a loader that takes the micro batch of a DeepSpeed configuration',
      {
        batch_size: '4',
        ds_config: '{"train_micro_batch_size_per_gpu":4,"gradient_accumulation_steps":1}',
      },
      {
        batch_size: '2',
        ds_config: '{"train_micro_batch_size_per_gpu":2,"gradient_accumulation_steps":2}',
      },
    ],
    [
      'OpenRLHF, whose train_batch_size is that of all GPUs',
      { micro_train_batch_size: '4', train_batch_size: '256', micro_rollout_batch_size: '16' },
      { micro_train_batch_size: '2' },
    ],
    [
      'OpenRLHF with dynamic batches, by tokens',
      {
        micro_train_batch_size: '4',
        train_batch_size: '256',
        use_dynamic_batch: '',
        train_max_tokens_per_gpu: '32768',
      },
      { train_max_tokens_per_gpu: '16384' },
    ],
    [
      'OpenRLHF with dotted names and the default limit of tokens',
      { 'train.dynamic_batch_enable': 'true', 'train.batch_size': '256', 'train.micro_batch_size': '1' },
      { 'train.max_tokens_per_gpu': '8096' },
    ],
    [
      'slime with dynamic batches',
      { 'use-dynamic-batch-size': '', 'max-tokens-per-gpu': '9216', 'global-batch-size': '256' },
      { 'max-tokens-per-gpu': '4608' },
    ],
    [
      'the deprecated micro batch of all GPUs of verl',
      { [`${actor}.ppo_micro_batch_size`]: '64', [`${actor}.ppo_mini_batch_size`]: '256' },
      { [`${actor}.ppo_micro_batch_size`]: '32' },
    ],
    [
      'Hydra overrides with a prefix',
      { [`++${actor}.ppo_micro_batch_size_per_gpu`]: '4', [`++${actor}.ppo_mini_batch_size`]: '64' },
      { [`++${actor}.ppo_micro_batch_size_per_gpu`]: '2' },
    ],
    [
      'verl with dynamic batches, down to its longest sample',
      {
        [`${actor}.use_dynamic_bsz`]: 'True',
        [`${actor}.ppo_max_token_len_per_gpu`]: '16384',
        'data.max_prompt_length': '2048',
        'data.max_response_length': '8192',
      },
      { [`${actor}.ppo_max_token_len_per_gpu`]: '10240' },
    ],
    [
      'the SFT of verl',
      { 'data.train_batch_size': '256', 'data.micro_batch_size_per_gpu': '8' },
      { 'data.micro_batch_size_per_gpu': '4' },
    ],
    [
      'Megatron-LM with the batch of all GPUs',
      { 'micro-batch-size': '4', 'global-batch-size': '512' },
      { 'micro-batch-size': '2' },
    ],
    [
      'Megatron-LM without it, which it would derive from the micro batch',
      { 'micro-batch-size': '4', 'tensor-model-parallel-size': '2' },
      { 'micro-batch-size': '2', 'global-batch-size': '16' },
    ],
    [
      'NeMo in a string of overrides',
      { overrides: 'model.micro_batch_size=8 model.global_batch_size=64 trainer.max_steps=100' },
      { overrides: 'model.micro_batch_size=4 model.global_batch_size=64 trainer.max_steps=100' },
    ],
    [
      'options in one string',
      { arguments: '--micro-batch-size 8 --global-batch-size 64 --bf16' },
      { arguments: '--micro-batch-size 4 --global-batch-size 64 --bf16' },
    ],
    [
      'NeMo RL',
      { 'policy.train_micro_batch_size': '4', 'policy.train_global_batch_size': '512' },
      { 'policy.train_micro_batch_size': '2' },
    ],
    [
      'torchtune',
      { batch_size: '4', gradient_accumulation_steps: '8' },
      { batch_size: '2', gradient_accumulation_steps: '16' },
    ],
    [
      'PPO of torchtune, where accumulation alone splits the batch',
      { batch_size: '64', forward_batch_size: '16', ppo_batch_size: '32', gradient_accumulation_steps: '4' },
      { gradient_accumulation_steps: '8' },
    ],
    [
      'torchtitan',
      { 'training.local_batch_size': '8', 'training.global_batch_size': '256' },
      { 'training.local_batch_size': '4' },
    ],
    [
      'Lightning',
      { 'data.batch_size': '32', 'trainer.accumulate_grad_batches': '2' },
      { 'data.batch_size': '16', 'trainer.accumulate_grad_batches': '4' },
    ],
    [
      'PPO of TRL before 0.12',
      { batch_size: '256', mini_batch_size: '16', gradient_accumulation_steps: '1' },
      { mini_batch_size: '8', gradient_accumulation_steps: '2' },
    ],
    [
      'SageMaker model parallelism, which splits the batch into microbatches',
      { train_batch_size: '8', mp_parameters: '{"microbatches": 4, "partitions": 2}' },
      { mp_parameters: '{"microbatches": 8, "partitions": 2}' },
    ],
    [
      'a script that accumulates by a name of its own',
      { 'batch-size': '64', 'accum-freq': '2', 'val-batch-size': '512' },
      { 'batch-size': '32', 'accum-freq': '4' },
    ],
  ])('%s', (_, hyperParameters, expected) => {
    expect(changesFor(hyperParameters)).toEqual(expected);
  });

  it('a DeepSpeed JSON that the SageMaker SDK encoded, in the same notation', () => {
    const deepspeed = JSON.stringify(
      '{"train_micro_batch_size_per_gpu": 8, "gradient_accumulation_steps": "auto"}',
    );

    expect(
      changesFor({ per_device_train_batch_size: '8', gradient_accumulation_steps: '2', deepspeed }),
    ).toEqual({
      per_device_train_batch_size: '4',
      gradient_accumulation_steps: '4',
      deepspeed: deepspeed.replace('8,', '4,'),
    });
  });
});
