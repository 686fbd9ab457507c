import { beforeEach, describe, expect, it } from 'vitest';
import { ended, folderOf, minute, putCheckpoint } from '../support/a-training-run.ts';
import { seedFile } from '../support/checkpoint-files.ts';
import { gradeNewest, reasonLines } from '../support/grade-newest.ts';
import { MemoryCheckpoints } from '../support/memory-checkpoints.ts';

const folder = folderOf(1300);
let memory: MemoryCheckpoints;

beforeEach(() => {
  memory = new MemoryCheckpoints();
  putCheckpoint(memory, 1300, 5);
});

describe('unfinished uploads', () => {
  it('make a checkpoint pending for ten minutes after training stopped, without any reads', async () => {
    memory.remove(`${folder}optimizer.pt`);
    memory.startUpload(`${folder}optimizer.pt`);
    expect(await gradeNewest(memory, { now: ended + 9 * minute })).toMatchObject({
      grade: 'pending',
      reasons: [{ file: 'optimizer.pt', severity: 'pending', says: 'is still being uploaded' }],
    });
    expect(memory.bytesRead.size).toBe(0);
  });

  it('make it invalid after that', async () => {
    memory.remove(`${folder}optimizer.pt`);
    memory.startUpload(`${folder}optimizer.pt`);
    expect(reasonLines(await gradeNewest(memory, { now: ended + 11 * minute }))[0]).toBe(
      'invalid: optimizer.pt never finished uploading: 11 min after training stopped it is still incomplete',
    );
  });

  it('are only a note next to a finished file, because SageMaker restarts spot jobs in the same folder', async () => {
    memory.startUpload(`${folder}optimizer.pt`);
    expect(await gradeNewest(memory, { now: ended + 11 * minute })).toMatchObject({
      grade: 'valid',
      reasons: [{ severity: 'note' }],
    });
  });

  it('are assumed for two minutes when files arrive after the job ended but the marker has not', async () => {
    memory.remove(`${folder}trainer_state.json`);
    expect(await gradeNewest(memory, { now: ended + minute })).toMatchObject({ grade: 'invalid' });
    memory.put(`${folder}rng_state.pth`, seedFile('rng_state.pth'), ended + minute);
    expect(await gradeNewest(memory, { now: ended + 2 * minute })).toMatchObject({ grade: 'pending' });
    expect(await gradeNewest(memory, { now: ended + 4 * minute })).toMatchObject({ grade: 'invalid' });
  });
});
