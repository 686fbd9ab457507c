import { beforeEach, describe, expect, it } from 'vitest';
import { listCheckpoints } from '../../../src/checkpoints/finding/list-checkpoints.ts';
import { nothingFound } from '../../../src/checkpoints/finding/nothing-found.ts';
import { MemoryCheckpoints } from '../../support/memory-checkpoints.ts';
import { torchFile } from '../layouts/a-layout.ts';

const root = 's3://srl/checkpoints/';
let memory: MemoryCheckpoints;

beforeEach(() => {
  memory = new MemoryCheckpoints();
});

const put = (...paths: readonly string[]): void => {
  for (const path of paths) memory.put(root + path, torchFile, 1_000);
};
const found = async (): Promise<readonly (readonly [string, number])[]> =>
  (await listCheckpoints(memory, root)).folders.map(({ uri, step }) => [uri.slice(root.length), step]);

describe('checkpoints are found', () => {
  it('as Accelerate names them, and not as text: 10 comes before 9', async () => {
    put('checkpoint_9/model.safetensors', 'checkpoint_10/model.safetensors');
    expect(await found()).toEqual([
      ['checkpoint_10/', 10],
      ['checkpoint_9/', 9],
    ]);
  });

  it('by epoch and step, where the epoch decides first', async () => {
    put('epoch_0_step_90/a.pt', 'epoch_0_step_100/a.pt', 'epoch_1_step_105/a.pt', 'epoch_1_step_1005/a.pt');
    expect((await found()).map(([, step]) => step)).toEqual([1005, 105, 100, 90]);
  });

  it('as plain numbers, if training state is in them', async () => {
    put('2000/model.pt', '1000/model.pt');
    expect(await found()).toEqual([
      ['2000/', 2000],
      ['1000/', 1000],
    ]);
  });

  it('but not in folders with a year or a number that hold something else', async () => {
    put('2025/events.log', '1/metrics.csv');
    expect(await found()).toEqual([]);
    put('2025/checkpoint-3/optimizer.pt', '2025/checkpoint-4/optimizer.pt');
    expect((await found()).map(([name]) => name)).toEqual(['2025/checkpoint-4/', '2025/checkpoint-3/']);
  });

  it('of epochs beside steps in the order they were written, and steps first at the same time', async () => {
    memory.put(`${root}step_500/a.pt`, torchFile, 0);
    memory.put(`${root}epoch_0/a.pt`, torchFile, 10 * 60_000);
    memory.put(`${root}step_1500/a.pt`, torchFile, 20 * 60_000);
    memory.put(`${root}epoch_1/a.pt`, torchFile, 20 * 60_000 + 1_000);
    expect((await found()).map(([name]) => name)).toEqual([
      'step_1500/',
      'epoch_1/',
      'epoch_0/',
      'step_500/',
    ]);
  });

  it.each([
    ['NeMo 2', 'llama/2025-07-16_06-36-17/checkpoints/m--step=2999-last/weights/common.pt', 2999],
    ['ms-swift', 'v0-20250101-101010/checkpoint-100/trainer_state.json', 100],
    ['Lightning', 'lightning_logs/version_0/checkpoints/epoch=0-step=7.ckpt', 7],
    ['verl', 'project/experiment/global_step_20/actor/model_world_size_1_rank_0.pt', 20],
  ])('in the folders that %s puts between', async (_trainer, path, step) => {
    put(path, 'wandb/run-20250101/step_5/a.pt', 'logs/step_9/a.pt');
    expect((await found()).map(([, each]) => each)).toEqual([step]);
  });

  it('of several runs with the newest run first', async () => {
    for (const run of ['v1-20250101', 'v2-20250102', 'v10-20250103']) put(`${run}/checkpoint-5/optimizer.pt`);
    expect((await found()).map(([name]) => name)).toEqual([
      'v10-20250103/checkpoint-5/',
      'v2-20250102/checkpoint-5/',
      'v1-20250101/checkpoint-5/',
    ]);
  });

  it('of OpenRLHF as one of actor and critic, also further down', async () => {
    put('ckpt/_actor/global_step20/mp_rank_00_model_states.pt', 'ckpt/_critic/global_step20/x_states.pt');
    expect((await listCheckpoints(memory, root)).folders).toEqual([
      { uri: `${root}ckpt/_actor/global_step20/`, also: [`${root}ckpt/_critic/global_step20/`], step: 20 },
    ]);
  });

  it('as single files, where the ranks of one step are one checkpoint', async () => {
    put('ep0-ba10-rank0.pt', 'ep1-ba20-rank0.pt', 'ep1-ba20-rank1.pt', 'notes.txt');
    expect((await listCheckpoints(memory, root)).folders).toEqual([
      { uri: `${root}ep1-ba20-rank0.pt`, also: [`${root}ep1-ba20-rank1.pt`], step: 20 },
      { uri: `${root}ep0-ba10-rank0.pt`, step: 10 },
    ]);
  });

  it('under a fixed name after those with a step, unless the file itself says another step', async () => {
    put('epoch=0-step=1000.ckpt', 'last.ckpt');
    expect(await found()).toEqual([
      ['epoch=0-step=1000.ckpt', 1000],
      ['last.ckpt', 1000],
    ]);
  });

  it('in a folder without a step that is one checkpoint by itself, but not in a finished model', async () => {
    put('final/model.safetensors', 'final/config.json');
    expect(await found()).toEqual([]);
    put('last/model.safetensors', 'last/optimizer.bin');
    expect(await found()).toEqual([['last/', 0]]);
  });

  it('without those that are set aside or were never finished', async () => {
    put('tmp_step_30/a.pt', 'best_step_20/a.pt', 'step_10/a.pt');
    expect(await found()).toEqual([['step_10/', 10]]);
  });
});

describe('if no checkpoint is found', () => {
  it('the message says where Relight looked and how to name the folder', async () => {
    put('model/config.json', 'exports/onnx/model.onnx');
    const { looked } = await listCheckpoints(memory, root);
    expect(nothingFound(looked)).toBe(
      `looked in ${root} and, below it, in model/, exports/, exports/onnx/: no folder or file has a step or an epoch in its name, e.g. checkpoint-1300/, global_step_1300/ or epoch=1-step=1300.ckpt. If they are elsewhere, name the folder: /relight checkpoints JOB s3://bucket/prefix/`,
    );
  });

  it('a large tree is not listed whole', async () => {
    for (let one = 0; one < 200; one += 1) put(`shard-of-data-${one}x/part.parquet`);
    expect((await listCheckpoints(memory, root)).looked).toHaveLength(40);
  });
});
