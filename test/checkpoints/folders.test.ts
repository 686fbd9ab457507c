import { describe, expect, it } from 'vitest';
import { checkpointsAmong, nameOf } from '../../src/checkpoints/folders.ts';

const root = 's3://srl/checkpoints/';
const found = (...names: string[]): readonly (readonly [string, number])[] =>
  checkpointsAmong(root, names).map(({ uri, step }) => [nameOf(uri), step] as const);

describe('checkpoint folder names', () => {
  it.each([
    ['checkpoint-1300', 1300],
    ['global_step1300', 1300],
    ['global_step_1300', 1300],
    ['global_steps_1300', 1300],
    ['step=1300', 1300],
    ['epoch=3-step=1300', 1300],
    ['megatron_gpt--val_loss=2.10-step=1300-consumed_samples=8000.0', 1300],
    ['model_name--val_loss=0.00-epoch=0-step=199-last', 199],
    ['iter_0001300', 1300],
    ['step-1300', 1300],
    ['step_1300', 1300],
    ['checkpoint_step_1300', 1300],
    ['epoch=3', 3],
    ['epoch_3', 3],
    ['checkpoint-epoch-3', 3],
  ])('%s is step %d', (name, step) => {
    expect(found(name)).toEqual([[name, step]]);
  });

  it.each([
    'checkpoint-best',
    'checkpoint-1300-old',
    'global_step',
    'best_global_step1300',
    'runs',
    'logs-2026',
    'checkpoint-12345678901234567890',
    'model--step=1300-last-unfinished',
    'stepwise-3',
  ])('%s is not a checkpoint', (name) => {
    expect(found(name)).toEqual([]);
  });

  it('are sorted by step, highest first, as numbers', () => {
    expect(found('global_step900', 'global_step1000', 'global_step90').map(([, step]) => step)).toEqual([
      1000, 900, 90,
    ]);
  });

  it('of one trainer are not mixed with those of another', () => {
    expect(found('epoch_9', 'checkpoint-100', 'step_7000')).toEqual([['checkpoint-100', 100]]);
  });

  it('with the same step begin with the one that NeMo prefers', () => {
    expect(found('m--step=7', 'm--step=7-last')).toEqual([
      ['m--step=7-last', 7],
      ['m--step=7', 7],
    ]);
  });
});
