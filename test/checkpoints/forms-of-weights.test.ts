import { beforeEach, describe, expect, it } from 'vitest';
import { readLimit } from '../../src/checkpoints/formats/ranged-file.ts';
import { ended, folderOf, putCheckpoint } from '../support/a-training-run.ts';
import {
  hasSharedFixtures,
  lfsPointer,
  safetensors,
  seedFile,
  sharedFixtures,
  textBytes,
} from '../support/checkpoint-files.ts';
import { gradeNewest, reasonLines } from '../support/grade-newest.ts';
import { MemoryCheckpoints } from '../support/memory-checkpoints.ts';

const folder = folderOf(1300);
const index = `${folder}model.safetensors.index.json`;
const shardOf = (n: number): string => `model-0000${n}-of-00004.safetensors`;
let memory: MemoryCheckpoints;

beforeEach(() => {
  memory = new MemoryCheckpoints();
  putCheckpoint(memory, 1300, 5);
  memory.remove(`${folder}model.safetensors`);
});

function putIndex(changes: { readonly total?: number; readonly map?: object } = {}): void {
  const weight_map = Object.fromEntries([1, 2, 3, 4].map((n) => [`layer.${n}`, shardOf(n)]));
  const metadata = { total_size: changes.total ?? 32 };
  memory.put(
    index,
    textBytes(JSON.stringify({ metadata, weight_map: { ...weight_map, ...changes.map } })),
    ended,
  );
}

describe('sharded weights', () => {
  beforeEach(() => {
    for (const n of [1, 2, 3, 4])
      memory.put(
        folder + shardOf(n),
        safetensors({ [`layer.${n}`]: { dtype: 'F32', shape: [2], data_offsets: [0, 8] } }, 8),
        ended,
      );
    putIndex();
  });

  it('are valid when every shard contains what the index lists', async () => {
    expect(await gradeNewest(memory)).toMatchObject({ grade: 'valid', reasons: [] });
  });

  it('are invalid without one of the shards, even if the index does not name it', async () => {
    memory.remove(folder + shardOf(2));
    const missing = `invalid: ${shardOf(2)} is missing: the index or the shard numbering requires it`;
    expect(reasonLines(await gradeNewest(memory))).toEqual([missing]);
    putIndex({ map: { 'layer.2': shardOf(1) } });
    expect(reasonLines(await gradeNewest(memory))).toContain(missing);
  });

  it('are invalid without the index, or if it was truncated or is a pointer', async () => {
    memory.change(index, (bytes) => bytes.slice(0, 60));
    expect(reasonLines(await gradeNewest(memory))).toEqual([
      `invalid: model.safetensors.index.json was truncated or damaged: it is not complete JSON with a weight_map`,
    ]);
    memory.put(index, lfsPointer, ended);
    expect(reasonLines(await gradeNewest(memory))).toEqual([expect.stringContaining('is a Git LFS pointer')]);
    memory.remove(index);
    expect(reasonLines(await gradeNewest(memory))).toEqual([
      'invalid: model.safetensors.index.json is missing: the shards cannot be loaded without it',
    ]);
  });

  it('are valid with a wrong total_size, which no loader compares', async () => {
    putIndex({ total: 40 });
    expect(await gradeNewest(memory)).toMatchObject({ grade: 'valid', reasons: [] });
  });

  it('are invalid when the index lists a tensor that no shard contains', async () => {
    putIndex({ map: { 'layer.9': shardOf(1) } });
    expect(reasonLines(await gradeNewest(memory))).toEqual([
      `invalid: model.safetensors.index.json lists 1 tensor that no shard contains, e.g. “layer.9” in ${shardOf(1)}`,
    ]);
  });

  it('are invalid when one shard was truncated', async () => {
    memory.change(folder + shardOf(3), (bytes) => bytes.slice(0, -1));
    expect(reasonLines(await gradeNewest(memory))).toEqual([
      expect.stringMatching(/^invalid: model-00003-of-00004.safetensors was truncated/),
    ]);
  });

  it('are degraded when the index is over the read limit, even if each shard is intact', async () => {
    putIndex({ map: { ['x'.repeat(readLimit)]: shardOf(1) } });
    expect(await gradeNewest(memory)).toMatchObject({
      grade: 'degraded',
      reasons: [{ says: 'is 1 MiB, past the read limit of 1 MiB: not checked' }],
    });
  });

  it.skipIf(!hasSharedFixtures)(
    'are valid as split by transformers itself (needs ../shared/fixtures)',
    async () => {
      for (const n of [1, 2, 3, 4]) memory.remove(folder + shardOf(n));
      memory.putFolder(folder, `${sharedFixtures}checkpoint-trl-grpo/sharded_model/`, ended);
      expect(await gradeNewest(memory)).toMatchObject({ grade: 'valid', reasons: [] });
      memory.remove(folder + shardOf(4));
      expect(await gradeNewest(memory)).toMatchObject({ grade: 'invalid' });
    },
  );
});

describe('other forms of weights', () => {
  it.each(['adapter_model.safetensors', 'model.safetensors'])(
    '%s is checked as safetensors',
    async (name) => {
      memory.put(folder + name, seedFile('model.safetensors'), ended);
      expect(await gradeNewest(memory)).toMatchObject({ grade: 'valid', reasons: [] });
      memory.change(folder + name, (bytes) => bytes.slice(0, 99_999));
      expect(await gradeNewest(memory)).toMatchObject({ grade: 'invalid', reasons: [{ file: name }] });
    },
  );

  it.each(['pytorch_model.bin', 'adapter_model.bin'])('%s is checked as a torch file', async (name) => {
    memory.put(folder + name, seedFile('optimizer.pt'), ended);
    expect(await gradeNewest(memory)).toMatchObject({ grade: 'valid', reasons: [] });
    memory.change(folder + name, (bytes) => bytes.slice(0, 99_999));
    expect(await gradeNewest(memory)).toMatchObject({ grade: 'invalid', reasons: [{ file: name }] });
  });

  it('shards of pytorch_model.bin are checked one by one and must all exist', async () => {
    const shards = ['pytorch_model-00001-of-00002.bin', 'pytorch_model-00002-of-00002.bin'];
    for (const name of shards) memory.put(folder + name, seedFile('optimizer.pt'), ended);
    const weight_map = { a: shards[0], b: shards[1] };
    memory.put(
      `${folder}pytorch_model.bin.index.json`,
      textBytes(JSON.stringify({ metadata: { total_size: 9 }, weight_map })),
      ended,
    );
    expect(await gradeNewest(memory)).toMatchObject({ grade: 'valid', reasons: [] });
    memory.remove(`${folder}${shards[1]}`);
    expect(await gradeNewest(memory)).toMatchObject({ grade: 'invalid', reasons: [{ file: shards[1] }] });
  });

  it('of two forms in one folder, only the one that the Trainer loads must be intact', async () => {
    memory.put(`${folder}model.safetensors`, seedFile('model.safetensors'), ended);
    memory.put(`${folder}pytorch_model.bin`, new Uint8Array(), ended);
    expect(await gradeNewest(memory)).toMatchObject({
      grade: 'valid',
      reasons: [{ file: 'pytorch_model.bin', severity: 'note' }],
    });
    memory.put(`${folder}model.safetensors`, new Uint8Array(), ended);
    expect(await gradeNewest(memory)).toMatchObject({ grade: 'invalid' });
  });
});
