import { beforeEach, describe, expect, it } from 'vitest';
import { ended, folderOf, minute, putCheckpoint } from '../support/a-training-run.ts';
import { lfsPointer, seedFile } from '../support/checkpoint-files.ts';
import { gradeNewest, reasonLines } from '../support/grade-newest.ts';
import { MemoryCheckpoints } from '../support/memory-checkpoints.ts';

const folder = folderOf(1300);
let memory: MemoryCheckpoints;

beforeEach(() => {
  memory = new MemoryCheckpoints();
  putCheckpoint(memory, 1300, 5);
});

describe('Hugging Face Trainer checkpoint', () => {
  it('is valid when every file is intact', async () => {
    const graded = await gradeNewest(memory);
    expect(reasonLines(graded)).toEqual([]);
    expect(graded).toMatchObject({ grade: 'valid', committedAt: ended - 5 * minute });
  });

  it.each([
    [
      'model.safetensors',
      103_792,
      'was truncated: its header declares 207,584 bytes, the object has 103,792',
    ],
    ['model.safetensors', 900, 'was truncated: its header declares 2,144 bytes, the object has 900'],
    [
      'optimizer.pt',
      300_000,
      'was truncated: 300,000 bytes, and the zip directory that torch writes last is missing',
    ],
    ['trainer_state.json', 1_000, 'was truncated or damaged: its 1,000 bytes are not complete JSON'],
    ['config.json', 100, 'was truncated or damaged: it is not complete JSON'],
    ['rng_state.pth', 0, 'is empty (0 bytes)'],
  ])('is invalid when %s was truncated to %d bytes', async (name, length, says) => {
    memory.change(folder + name, (bytes) => bytes.slice(0, length));
    expect(await gradeNewest(memory)).toMatchObject({
      grade: 'invalid',
      reasons: [{ file: name, severity: 'invalid', says }],
    });
  });

  it.each([
    'model.safetensors',
    'optimizer.pt',
    'scheduler.pt',
    'rng_state.pth',
    'trainer_state.json',
    'config.json',
  ])('is invalid when %s is a Git LFS pointer', async (name) => {
    memory.put(folder + name, lfsPointer, ended - 5 * minute);
    const says = `is a Git LFS pointer (${lfsPointer.length} bytes), not the file itself`;
    expect(await gradeNewest(memory)).toMatchObject({ grade: 'invalid', reasons: [{ file: name, says }] });
  });

  it('stays valid with a note when only a tokenizer file is empty', async () => {
    memory.put(`${folder}tokenizer_config.json`, new Uint8Array(), ended);
    expect(await gradeNewest(memory)).toMatchObject({
      grade: 'valid',
      reasons: [{ severity: 'note', file: 'tokenizer_config.json' }],
    });
  });

  it.each([
    [
      'optimizer.pt',
      'is missing: training resumes with a cold optimizer, and the trainer does not report it',
    ],
    [
      'scheduler.pt',
      'is missing: the learning rate schedule starts over, and the trainer does not report it',
    ],
    [
      'rng_state.pth',
      'is missing: random numbers will differ from the run that failed, and the trainer does not report it',
    ],
  ])('is degraded when %s is missing', async (file, says) => {
    memory.remove(folder + file);
    expect(await gradeNewest(memory)).toMatchObject({
      grade: 'degraded',
      reasons: [{ file, severity: 'degraded', says }],
    });
  });

  it('is degraded, with one reason, when the job saves only weights', async () => {
    putCheckpoint(memory, 1200, 35);
    for (const step of [1300, 1200])
      for (const name of ['optimizer.pt', 'scheduler.pt', 'rng_state.pth'])
        memory.remove(folderOf(step) + name);
    const graded = await gradeNewest(memory, { before: [1200] });
    expect(graded?.grade).toBe('degraded');
    expect(reasonLines(graded)).toEqual([
      expect.stringContaining('the job saves weights only (save_only_model)'),
    ]);
  });

  it('is invalid without weights, without its marker, or in the folder of another step', async () => {
    memory.remove(`${folder}model.safetensors`);
    memory.remove(`${folder}trainer_state.json`);
    expect(reasonLines(await gradeNewest(memory))).toEqual([
      'invalid: trainer_state.json is missing: it is written last, so this checkpoint was never finished',
      'invalid: model.safetensors is missing, as are all other forms of weights',
    ]);
    memory.put(`${folder}trainer_state.json`, seedFile('trainer_state.json'), ended);
    expect(reasonLines(await gradeNewest(memory))).toContain(
      'invalid: trainer_state.json says global_step 2, its folder says 1,300',
    );
  });
});
