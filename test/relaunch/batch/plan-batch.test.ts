import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCount } from '../../../src/relaunch/batch/job-arguments.ts';
import { planBatch } from '../../../src/relaunch/batch/plan-batch.ts';

const trl = { per_device_train_batch_size: '8', gradient_accumulation_steps: '4', num_generations: '8' };

function afterOf(
  hyperParameters: Record<string, string>,
  plan: ReturnType<typeof planBatch>,
): Record<string, string> {
  return plan.possible
    ? { ...hyperParameters, ...Object.fromEntries(plan.changes.map(({ key, after }) => [key, after])) }
    : hyperParameters;
}

describe('a smaller batch for a job that ran out of GPU memory', () => {
  it('halves the batch and doubles the accumulation, so that a step trains on the same number of samples', () => {
    expect(planBatch({ hyperParameters: trl, gpus: 1, reduction: 0.5 })).toMatchObject({
      possible: true,
      family: 'TRL',
      batch: { before: 8, after: 4 },
      effective: 32,
      changes: [
        { key: 'per_device_train_batch_size', before: '8', after: '4' },
        { key: 'gradient_accumulation_steps', before: '4', after: '8' },
      ],
    });
  });

  it('writes the number as the SageMaker SDK wrote the old one', () => {
    const quoted = { 'per-device-train-batch-size': '"8"', gradient_accumulation_steps: '4' };

    expect(afterOf(quoted, planBatch({ hyperParameters: quoted, gpus: 1, reduction: 0.5 }))).toEqual({
      'per-device-train-batch-size': '"4"',
      gradient_accumulation_steps: '8',
    });
  });

  it('uses the next smaller number if half would change the effective batch', () => {
    const odd = { per_device_train_batch_size: '5', gradient_accumulation_steps: '1' };

    expect(planBatch({ hyperParameters: odd, gpus: 1, reduction: 0.5 })).toMatchObject({
      batch: { after: 1 },
      changes: [{ after: '1' }, { after: '5' }],
    });
  });

  it('increases the generation steps of TRL by the same factor, so that the generation batch stays divisible by num_generations', () => {
    const plan = planBatch({
      hyperParameters: { ...trl, steps_per_generation: '2' },
      gpus: 1,
      reduction: 0.5,
    });

    expect(plan).toMatchObject({
      changes: expect.arrayContaining([{ key: 'steps_per_generation', before: '2', after: '4' }]),
    });
  });

  it('shrinks the micro batch of verl and OpenRLHF and keeps their global batch', () => {
    const verl = {
      'actor_rollout_ref.actor.ppo_micro_batch_size_per_gpu': '16',
      'actor_rollout_ref.actor.ppo_mini_batch_size': '256',
      'data.train_batch_size': '1024',
    };
    const openrlhf = { micro_train_batch_size: '8', train_batch_size: '128' };

    expect(planBatch({ hyperParameters: verl, gpus: 8, reduction: 0.5 })).toMatchObject({
      family: 'verl',
      batch: { after: 8 },
      changes: [{ after: '8' }],
    });
    expect(planBatch({ hyperParameters: openrlhf, gpus: 8, reduction: 0.5 })).toMatchObject({
      family: 'OpenRLHF',
      batch: { after: 4 },
      changes: [{ after: '4' }],
    });
  });

  it.each([
    [
      'the batch is already 1',
      { per_device_train_batch_size: '1' },
      undefined,
      /is already 1.*larger instance/,
    ],
    ['there is no batch size', { learning_rate: '1e-6' }, undefined, /no hyperparameter that Relight knows/],
    ['a person asks for 0', trl, 0, /0 is not a batch size/],
    ['a person asks for half a sample', trl, 2.5, /2.5 is not a batch size/],
    ['a person asks for the batch that ran out of memory', trl, 8, /8 is not smaller than the 8/],
    [
      'a person asks for a batch that would change the effective batch',
      trl,
      3,
      /3 does not divide the effective batch of 32/,
    ],
    [
      'a person asks for a batch that does not divide the generation batch',
      { ...trl, generation_batch_size: '24' },
      4,
      /generation_batch_size of 24 is not divisible by 4 × 4 GPUs/,
    ],
  ])('says why no plan is possible when %s', (_, hyperParameters, chosen, why) => {
    expect(planBatch({ hyperParameters, gpus: 4, reduction: 0.5, chosen })).toMatchObject({
      possible: false,
      why: expect.stringMatching(why),
    });
  });

  it('always plans a batch from 1 to below the old one, and keeps the effective batch and the generation batch', () => {
    const counts = fc.record({
      batch: fc.integer({ min: 2, max: 512 }),
      accumulation: fc.integer({ min: 1, max: 128 }),
      steps: fc.option(fc.integer({ min: 1, max: 64 }), { nil: undefined }),
      gpus: fc.integer({ min: 1, max: 64 }),
      reduction: fc.double({ min: 0.01, max: 0.99, noNaN: true }),
    });
    fc.assert(
      fc.property(counts, ({ batch, accumulation, steps, gpus, reduction }) => {
        const hyperParameters = {
          per_device_train_batch_size: String(batch),
          gradient_accumulation_steps: String(accumulation),
          ...(steps === undefined ? {} : { steps_per_generation: String(steps) }),
        };
        const plan = planBatch({ hyperParameters, gpus, reduction });
        const after = afterOf(hyperParameters, plan);
        const [smaller, grown] = [
          readCount(after['per_device_train_batch_size']) ?? 0,
          readCount(after['gradient_accumulation_steps']) ?? 0,
        ];

        expect(plan.possible).toBe(true);
        expect(smaller).toBeGreaterThanOrEqual(1);
        expect(smaller).toBeLessThan(batch);
        expect(smaller * grown).toBe(batch * accumulation);
        if (steps !== undefined)
          expect(smaller * (readCount(after['steps_per_generation']) ?? 0)).toBe(batch * steps);
      }),
      { numRuns: 1_000 },
    );
  });
});
