import { beforeEach, describe, expect, it } from 'vitest';
import { savedBatchIn } from '../../src/relaunch/saved-batch.ts';
import { folderOf, putCheckpoint } from '../support/a-training-run.ts';
import { MemoryCheckpoints } from '../support/memory-checkpoints.ts';

const folder = folderOf(1300);
let checkpoints: MemoryCheckpoints;

beforeEach(() => {
  checkpoints = new MemoryCheckpoints();
  putCheckpoint(checkpoints, 1300, 5);
});

function rewrite(how: (text: string) => string): void {
  checkpoints.change(`${folder}trainer_state.json`, (bytes) =>
    Buffer.from(how(Buffer.from(bytes).toString())),
  );
}

describe('the batch size that a Trainer checkpoint stores', () => {
  it('is found in a real trainer_state.json, and the edit changes only that value', async () => {
    const saved = await savedBatchIn(folder, checkpoints);
    const before = JSON.parse(Buffer.from(checkpoints.bytesOf(`${folder}trainer_state.json`)).toString());

    expect(saved).toMatchObject({ size: 4, edit: { name: 'trainer_state.json' } });
    expect(JSON.parse(Buffer.from(saved?.edit.bytes ?? []).toString())).toEqual({
      ...before,
      train_batch_size: null,
    });
  });

  it('is not confused with a value of the same name in the log history', async () => {
    rewrite((text) =>
      text
        .replace('"train_batch_size": 4', '"train_batch_size": null')
        .replace('"entropy"', '"train_batch_size": 16,\n      "entropy"'),
    );

    expect(await savedBatchIn(folder, checkpoints)).toBeUndefined();
  });

  it('is found despite values that are JSON only to Python', async () => {
    rewrite((text) => text.replace('"entropy": 6.231927871704102', '"entropy": NaN'));

    const saved = await savedBatchIn(folder, checkpoints);

    expect(Buffer.from(saved?.edit.bytes ?? []).toString()).toContain('"entropy": NaN');
    expect(saved?.size).toBe(4);
  });

  it('is found after a log of many megabytes, and all other bytes are copied unchanged', async () => {
    checkpoints.change(`${folder}trainer_state.json`, (bytes) => {
      const state = Buffer.from(bytes);
      const log = Buffer.alloc(8 * 1024 * 1024, '      {"step": 1, "text": "é"},\n', 'latin1');
      const at = state.indexOf('"log_history": [') + '"log_history": ['.length;
      return Buffer.concat([state.subarray(0, at), Buffer.from('\n'), log, state.subarray(at)]);
    });
    const before = Buffer.from(checkpoints.bytesOf(`${folder}trainer_state.json`));

    const saved = await savedBatchIn(folder, checkpoints);

    const after = before.toString('latin1').replace('"train_batch_size": 4', '"train_batch_size": null');
    expect(saved?.size).toBe(4);
    expect(Buffer.from(after, 'latin1').equals(saved?.edit.bytes ?? Buffer.alloc(0))).toBe(true);
  });

  it('is undefined if the checkpoint has no trainer state', async () => {
    checkpoints.remove(`${folder}trainer_state.json`);

    expect(await savedBatchIn(folder, checkpoints)).toBeUndefined();
  });
});
