import { describe, expect, it } from 'vitest';
import { changesFor, planFor } from './a-plan.ts';

describe('a script whose arguments Relight does not know', () => {
  it.each<[string, Record<string, string>, string]>([
    ['sets only a batch', { 'batch-size': '64', epochs: '5' }, 'gradient-accumulation-steps'],
    [
      'borrows one name of the Hugging Face Trainer',
      { per_device_train_batch_size: '64', lr: '1' },
      'gradient_accumulation_steps',
    ],
    [
      'may set more in a file',
      { per_device_train_batch_size: '64', config: 'sft.yaml' },
      'gradient_accumulation_steps',
    ],
    [
      'uses Lightning',
      { 'data.batch_size': '64', 'trainer.max_epochs': '5' },
      'trainer.accumulate_grad_batches',
    ],
  ])(
    'gets a smaller batch and no argument that it may not have, if it %s',
    (_, hyperParameters, argument) => {
      const planned = planFor(hyperParameters);

      expect(planned).toMatchObject({
        possible: true,
        changes: [{ after: '32' }],
        keepsEffective: false,
        confirm: { key: argument, after: '2' },
        says: [
          expect.stringContaining('trains on 32 samples where it trained on 64'),
          expect.stringContaining(argument),
          expect.stringContaining('larger instance'),
        ],
      });
      expect(planned).not.toHaveProperty('effective');
    },
  );
});

describe('whole groups of generations', () => {
  const alone = { per_device_train_batch_size: '8', num_generations: '8', gradient_accumulation_steps: '1' };

  it.each([
    ['trl 0.14.0', { after: 4 }],
    ['trl==0.17.0', { after: 4 }],
    ['TRL 1.9', { after: 4 }],
  ])('do not limit %s to batches of all GPUs that hold them', (trainer, batch) => {
    expect(planFor(alone, { gpus: 1, trainer })).toMatchObject({ possible: true, batch });
  });

  it('make the plan impossible for TRL 0.15 and 0.16 if no smaller batch of all GPUs holds them', () => {
    expect(changesFor(alone, { gpus: 1, trainer: 'TRL 0.15.2 to 0.16.1' })).toContain(
      'TRL before 0.17 refuses it',
    );
  });

  it('come with a warning if the version is unknown', () => {
    expect(planFor(alone, { gpus: 1 })).toMatchObject({
      possible: true,
      says: expect.arrayContaining([expect.stringContaining('TRL before 0.17 refuses it')]),
    });
  });

  it('choose a smaller batch that every version takes', () => {
    const hyperParameters = { ...alone, per_device_train_batch_size: '12', num_generations: '4' };

    expect(planFor(hyperParameters, { gpus: 1 })).toMatchObject({ batch: { after: 4 } });
  });

  it.each([
    ['arguments that only newer versions have', { steps_per_generation: '1' }],
    [
      'a batch that older versions refuse',
      { per_device_train_batch_size: '4', gradient_accumulation_steps: '2' },
    ],
  ])('need no warning with %s', (_, more) => {
    const planned = planFor({ ...alone, ...more }, { gpus: 1 });

    expect(planned).toMatchObject({ possible: true, says: [expect.stringContaining('samples per GPU')] });
  });
});
