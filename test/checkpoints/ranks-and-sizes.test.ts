import { beforeEach, describe, expect, it } from 'vitest';
import { readLimit } from '../../src/checkpoints/formats/ranged-file.ts';
import { ended, folderOf, putCheckpoint } from '../support/a-training-run.ts';
import { safetensors, seedFile } from '../support/checkpoint-files.ts';
import { gradeNewest, reasonLines } from '../support/grade-newest.ts';
import { MemoryCheckpoints } from '../support/memory-checkpoints.ts';

const folder = folderOf(1300);
let memory: MemoryCheckpoints;

beforeEach(() => {
  memory = new MemoryCheckpoints();
  putCheckpoint(memory, 1300, 5);
});

describe('files of several training processes', () => {
  beforeEach(() => {
    memory.remove(`${folder}rng_state.pth`);
    for (const rank of [0, 1, 2, 3, 4, 5, 6, 7])
      memory.put(`${folder}rng_state_${rank}.pth`, seedFile('rng_state.pth'), ended);
  });

  it('are complete when each GPU has its random state', async () => {
    expect(await gradeNewest(memory, { worldSize: 8 })).toMatchObject({ grade: 'valid' });
  });

  it('are degraded when ranks are missing in the middle or compared with the GPU count of the job', async () => {
    expect(reasonLines(await gradeNewest(memory, { worldSize: 16 }))).toEqual([
      expect.stringMatching(/^degraded: rng_state_8.pth and 7 more is missing.*8 of 16 processes/),
    ]);
    memory.remove(`${folder}rng_state_3.pth`);
    expect(reasonLines(await gradeNewest(memory))).toEqual([
      expect.stringMatching(/^degraded: rng_state_3.pth is missing.*1 of 8 processes/),
    ]);
  });

  it('are complete when earlier checkpoints have as many, whatever the instances could run', async () => {
    putCheckpoint(memory, 1200, 35);
    memory.remove(`${folderOf(1200)}rng_state.pth`);
    for (const rank of [0, 1, 2, 3, 4, 5, 6, 7])
      memory.put(`${folderOf(1200)}rng_state_${rank}.pth`, seedFile('rng_state.pth'), ended);
    expect(await gradeNewest(memory, { before: [1200], worldSize: 16 })).toMatchObject({ grade: 'valid' });
  });
});

describe('file sizes compared with earlier checkpoints', () => {
  const smaller = safetensors({ a: { dtype: 'F32', shape: [2], data_offsets: [0, 8] } }, 8);

  it('make intact weights of a different size invalid when two checkpoints agree', async () => {
    putCheckpoint(memory, 1200, 35);
    putCheckpoint(memory, 1100, 65);
    memory.put(`${folder}model.safetensors`, smaller, ended);
    expect(reasonLines(await gradeNewest(memory, { before: [1200, 1100] }))).toEqual([
      `invalid: model.safetensors has ${smaller.length} bytes, 207,584 in checkpoint-1200 and 207,584 in checkpoint-1100`,
    ]);
  });

  it('are only a note with a single earlier checkpoint, which may itself be the odd one', async () => {
    putCheckpoint(memory, 1200, 35);
    memory.change(`${folderOf(1200)}model.safetensors`, (bytes) => bytes.slice(0, 99_999));
    expect(await gradeNewest(memory, { before: [1200] })).toMatchObject({
      grade: 'valid',
      reasons: [{ severity: 'note' }],
    });
  });

  it('vouch for weights with a header over the read limit', async () => {
    putCheckpoint(memory, 1200, 35);
    const long = safetensors(
      { ['x'.repeat(readLimit)]: { dtype: 'F32', shape: [2], data_offsets: [0, 8] } },
      8,
    );
    memory.put(`${folder}model.safetensors`, long, ended);
    expect(await gradeNewest(memory)).toMatchObject({ grade: 'degraded' });
    memory.put(`${folderOf(1200)}model.safetensors`, long, ended);
    expect(reasonLines(await gradeNewest(memory, { before: [1200] }))).toEqual([
      expect.stringMatching(/^note: .*but it is exactly as large as in checkpoint-1200$/),
    ]);
  });
});
