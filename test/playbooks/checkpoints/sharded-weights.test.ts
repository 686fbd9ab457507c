import { beforeEach, describe, expect, it } from 'vitest';
import { ended, folderOf, putCheckpoint } from '../../support/a-training-run.ts';
import { hasSharedFixtures, sharedFixtures, textBytes } from '../../support/checkpoint-files.ts';
import { gradeNewest, said } from '../../support/grade-newest.ts';
import { MemoryCheckpoints } from '../../support/memory-checkpoints.ts';

const folder = folderOf(1300);
let memory: MemoryCheckpoints;

beforeEach(() => {
  memory = new MemoryCheckpoints();
  putCheckpoint(memory, 1300, 5);
});

describe.skipIf(!hasSharedFixtures)('sharded weights (needs ../shared/fixtures)', () => {
  beforeEach(() => {
    memory.remove(`${folder}model.safetensors`);
    memory.putFolder(folder, `${sharedFixtures}checkpoint-trl-grpo/sharded_model/`, ended);
  });

  it('are valid when all four shards hold what the index lists', async () => {
    expect(said(await gradeNewest(memory))).toEqual([]);
  });

  it('are invalid without one of the shards, or without the index', async () => {
    memory.remove(`${folder}model-00002-of-00004.safetensors`);
    expect(said(await gradeNewest(memory))).toEqual([
      'invalid: model-00002-of-00004.safetensors is missing: the index or the numbering of the shards asks for it',
    ]);
    memory.remove(`${folder}model.safetensors.index.json`);
    expect(said(await gradeNewest(memory))).toEqual([
      'invalid: model.safetensors.index.json is missing: the shards cannot be loaded without it',
    ]);
  });

  it('are invalid when the index says another total, or lists a tensor that its shard does not hold', async () => {
    const index = `${folder}model.safetensors.index.json`;
    memory.change(index, (bytes) => textBytes(new TextDecoder().decode(bytes).replace('205440', '205441')));
    expect(said(await gradeNewest(memory))).toEqual([
      'invalid: model.safetensors.index.json says total_size 205,441, its shards hold 205,440 bytes',
    ]);
    memory.putFolder(folder, `${sharedFixtures}checkpoint-trl-grpo/sharded_model/`, ended);
    memory.change(index, (bytes) =>
      textBytes(
        new TextDecoder()
          .decode(bytes)
          .replace('"lm_head.weight": "model-00003', '"lm_head.weight": "model-00001'),
      ),
    );
    expect(said(await gradeNewest(memory))).toEqual([
      'invalid: model.safetensors.index.json lists 1 tensor that its shard does not hold, e.g. “lm_head.weight” in model-00001-of-00004.safetensors',
    ]);
  });

  it('are invalid when one shard was cut', async () => {
    memory.change(`${folder}model-00003-of-00004.safetensors`, (bytes) => bytes.slice(0, 30_000));
    expect(said(await gradeNewest(memory))).toContainEqual(
      expect.stringMatching(/^invalid: model-00003-of-00004.safetensors was cut/),
    );
  });
});
