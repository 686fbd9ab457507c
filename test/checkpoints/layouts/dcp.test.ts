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

describe('a distributed checkpoint of PyTorch (FSDP2)', () => {
  it('is valid as torch itself writes it', async () => {
    expect(await gradeFirst(memory, folders)).toMatchObject({
      grade: 'valid',
      layout: 'dcp',
      committedAt: writtenAt,
      reasons: [],
    });
  });

  it('is invalid without its metadata, which is written last, or with the metadata still temporary', async () => {
    memory.put(`${newest}.metadata.tmp`, memory.bytesOf(`${newest}.metadata`), writtenAt);
    expect(reasonLines(await gradeFirst(memory, folders))).toEqual([
      'invalid: .metadata.tmp is there: it is renamed when all ranks have written, so this was never finished',
    ]);
    memory.remove(`${newest}.metadata`);
    expect(reasonLines(await gradeFirst(memory, folders))).toContain(
      'invalid: .metadata is missing: it is written last, so this was never finished',
    );
  });

  it('is invalid without a shard that the metadata names, with none before to compare', async () => {
    memory.remove(`${newest}__1_0.distcp`);
    expect(reasonLines(await gradeFirst(memory, folders.slice(0, 1)))).toEqual([
      'invalid: __1_0.distcp is missing: .metadata names it, and the trainer cannot load without it',
    ]);
  });

  it('is invalid when a shard was cut exactly between two tensors', async () => {
    const shard = memory.bytesOf(`${newest}__0_0.distcp`);
    const end = Buffer.from(shard).indexOf(Buffer.from('PK\u0005\u0006', 'latin1')) + 22;
    expect(end).toBeLessThan(shard.length);
    memory.put(`${newest}__0_0.distcp`, shard.slice(0, end), writtenAt);
    expect(reasonLines(await gradeFirst(memory, folders.slice(0, 1)))).toEqual([
      `invalid: __0_0.distcp was cut: .metadata promises 5,115 bytes, the object has ${end.toLocaleString('en-US')}`,
    ]);
  });

  it('is invalid when a shard is a pointer, is longer than it should be, or has a damaged end', async () => {
    memory.put(`${newest}__0_0.distcp`, lfsPointer, writtenAt);
    memory.change(`${newest}__1_0.distcp`, (bytes) => Buffer.concat([bytes, torchFile]));
    expect(reasonLines(await gradeFirst(memory, folders))).toEqual([
      expect.stringMatching(/^invalid: __0_0.distcp was cut/),
      'invalid: __1_0.distcp is 1,465 bytes longer than .metadata says',
    ]);
    putDcp(memory, folders[0]?.uri ?? 's3://none/', 0);
    memory.change(`${newest}__0_0.distcp`, (bytes) =>
      bytes.map((byte, at) => (at === bytes.length - 22 ? 0 : byte)),
    );
    expect(reasonLines(await gradeFirst(memory, folders))).toEqual([
      expect.stringMatching(/^invalid: __0_0.distcp was cut: 5,115 bytes, and the zip directory/),
    ]);
  });

  it('may hold an empty shard of a rank that had nothing to write, and no shard that nobody names', async () => {
    memory.put(`${newest}__2_0.distcp`, new Uint8Array(), writtenAt);
    expect(await gradeFirst(memory, folders)).toMatchObject({ grade: 'valid' });
    memory.put(`${newest}__2_0.distcp`, torchFile, writtenAt);
    expect(reasonLines(await gradeFirst(memory, folders))).toEqual([
      'degraded: __2_0.distcp is not named in .metadata',
    ]);
  });
});

describe('a distributed checkpoint whose metadata is too long to be read', () => {
  beforeEach(() => {
    for (const { uri } of folders) memory.put(`${uri}.metadata`, new Uint8Array(readLimit + 1), writtenAt);
  });

  it('is vouched for by checkpoints of the same size, and degraded without any', async () => {
    expect(await gradeFirst(memory, folders)).toMatchObject({
      grade: 'valid',
      reasons: [{ severity: 'note' }],
    });
    expect(await gradeFirst(memory, folders.slice(0, 1))).toMatchObject({ grade: 'degraded' });
  });

  it('is invalid when a shard is missing, empty or cut', async () => {
    memory.change(`${newest}__0_0.distcp`, (bytes) => bytes.slice(0, 5_000));
    memory.remove(`${newest}__1_0.distcp`);
    memory.put(`${newest}__2_0.distcp`, new Uint8Array(), writtenAt);
    const reasons = reasonLines(await gradeFirst(memory, folders));
    expect(reasons).toContainEqual(expect.stringMatching(/^invalid: __0_0.distcp was cut/));
    expect(reasons).toContain('invalid: __1_0.distcp is missing: the trainer cannot load without it');
    expect(reasons).toContain('invalid: __2_0.distcp is empty (0 bytes)');
  });

  it('is invalid when the GPUs of the job tell that the last rank is missing', async () => {
    expect(reasonLines(await gradeFirst(memory, folders.slice(0, 1), { worldSize: 3 }))).toContain(
      'invalid: __2_0.distcp is missing: the trainer cannot load without it',
    );
  });
});
