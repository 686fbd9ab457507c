import { beforeEach, describe, expect, it } from 'vitest';
import type { CheckpointFolder } from '../../../src/checkpoints/folders.ts';
import { readLimit } from '../../../src/checkpoints/formats/ranged-file.ts';
import { lfsPointer } from '../../support/checkpoint-files.ts';
import { gradeFirst, reasonLines } from '../../support/grade-newest.ts';
import { MemoryCheckpoints } from '../../support/memory-checkpoints.ts';
import { putDcp, threeSteps, torchFile, writtenAt } from './a-layout.ts';

let memory: MemoryCheckpoints;
let folders: readonly CheckpointFolder[];
let newest: string;

beforeEach(() => {
  memory = new MemoryCheckpoints();
  folders = threeSteps(memory, (step) => `step_${step}`, putDcp);
  newest = folders[0]?.uri ?? '';
});

describe('PyTorch distributed checkpoint (FSDP2)', () => {
  it('is valid as written by torch itself', async () => {
    expect(await gradeFirst(memory, folders)).toMatchObject({
      grade: 'valid',
      layout: 'dcp',
      committedAt: writtenAt,
      reasons: [],
    });
  });

  it('is invalid without its metadata, which is written last, or if the metadata is still temporary', async () => {
    memory.put(`${newest}.metadata.tmp`, memory.bytesOf(`${newest}.metadata`), writtenAt);
    expect(reasonLines(await gradeFirst(memory, folders))).toEqual([
      'invalid: .metadata.tmp exists: it is renamed once all ranks have written, so this checkpoint was never finished',
    ]);
    memory.remove(`${newest}.metadata`);
    expect(reasonLines(await gradeFirst(memory, folders))).toContain(
      'invalid: .metadata is missing: it is written last, so this checkpoint was never finished',
    );
  });

  it('is invalid without a shard that the metadata names, even with no earlier checkpoint', async () => {
    memory.remove(`${newest}__1_0.distcp`);
    expect(reasonLines(await gradeFirst(memory, folders.slice(0, 1)))).toEqual([
      'invalid: __1_0.distcp is missing: .metadata names it, and the trainer cannot load without it',
    ]);
  });

  it('is invalid when a shard was truncated exactly between two tensors', async () => {
    const shard = memory.bytesOf(`${newest}__0_0.distcp`);
    const end = Buffer.from(shard).indexOf(Buffer.from('PK\u0005\u0006', 'latin1')) + 22;
    expect(end).toBeLessThan(shard.length);
    memory.put(`${newest}__0_0.distcp`, shard.slice(0, end), writtenAt);
    expect(reasonLines(await gradeFirst(memory, folders.slice(0, 1)))).toEqual([
      `invalid: __0_0.distcp was truncated: .metadata declares 5,115 bytes, the object has ${end.toLocaleString('en-US')}`,
    ]);
  });

  it('is invalid when a shard is a pointer, is too long, or has a damaged end', async () => {
    memory.put(`${newest}__0_0.distcp`, lfsPointer, writtenAt);
    memory.change(`${newest}__1_0.distcp`, (bytes) => Buffer.concat([bytes, torchFile]));
    expect(reasonLines(await gradeFirst(memory, folders))).toEqual([
      expect.stringMatching(/^invalid: __0_0.distcp was truncated/),
      'invalid: __1_0.distcp is 1,465 bytes longer than .metadata says',
    ]);
    putDcp(memory, folders[0]?.uri ?? 's3://none/', 0);
    memory.change(`${newest}__0_0.distcp`, (bytes) =>
      bytes.map((byte, at) => (at === bytes.length - 22 ? 0 : byte)),
    );
    expect(reasonLines(await gradeFirst(memory, folders))).toEqual([
      expect.stringMatching(/^invalid: __0_0.distcp was truncated: 5,115 bytes, and the zip directory/),
    ]);
  });

  it('may contain an empty shard of a rank with nothing to write, but no shard missing from the metadata', async () => {
    memory.put(`${newest}__2_0.distcp`, new Uint8Array(), writtenAt);
    expect(await gradeFirst(memory, folders)).toMatchObject({ grade: 'valid' });
    memory.put(`${newest}__2_0.distcp`, torchFile, writtenAt);
    expect(reasonLines(await gradeFirst(memory, folders))).toEqual([
      'degraded: __2_0.distcp is not named in .metadata',
    ]);
  });
});

describe('distributed checkpoint with metadata over the read limit', () => {
  beforeEach(() => {
    for (const { uri } of folders) memory.put(`${uri}.metadata`, new Uint8Array(readLimit + 1), writtenAt);
  });

  it('is trusted if earlier checkpoints have the same size, and degraded without any', async () => {
    expect(await gradeFirst(memory, folders)).toMatchObject({
      grade: 'valid',
      reasons: [{ severity: 'note' }],
    });
    expect(await gradeFirst(memory, folders.slice(0, 1))).toMatchObject({ grade: 'degraded' });
  });

  it('is invalid when a shard is missing, empty or truncated', async () => {
    memory.change(`${newest}__0_0.distcp`, (bytes) => bytes.slice(0, 5_000));
    memory.remove(`${newest}__1_0.distcp`);
    memory.put(`${newest}__2_0.distcp`, new Uint8Array(), writtenAt);
    const reasons = reasonLines(await gradeFirst(memory, folders));
    expect(reasons).toContainEqual(expect.stringMatching(/^invalid: __0_0.distcp was truncated/));
    expect(reasons).toContain('invalid: __1_0.distcp is missing: the trainer cannot load without it');
    expect(reasons).toContain('invalid: __2_0.distcp is empty (0 bytes)');
  });

  it('is invalid when the GPU count of the job shows that the last rank is missing', async () => {
    expect(reasonLines(await gradeFirst(memory, folders.slice(0, 1), { worldSize: 3 }))).toContain(
      'invalid: __2_0.distcp is missing: the trainer cannot load without it',
    );
  });
});
