import { beforeEach, describe, expect, it } from 'vitest';
import type { CheckpointFolder } from '../../../src/checkpoints/folders.ts';
import { ended, minute, putCheckpoint } from '../../support/a-training-run.ts';
import { lfsPointer } from '../../support/checkpoint-files.ts';
import { gradeFirst, gradeNewest, reasonLines } from '../../support/grade-newest.ts';
import { MemoryCheckpoints } from '../../support/memory-checkpoints.ts';
import { putAdapter, putNemo, threeSteps, torchFile, writtenAt } from './a-layout.ts';

let memory: MemoryCheckpoints;
let folders: readonly CheckpointFolder[];
let newest: string;

beforeEach(() => {
  memory = new MemoryCheckpoints();
});

describe('NeMo checkpoint', () => {
  beforeEach(() => {
    folders = threeSteps(
      memory,
      (step) => `model--val_loss=1.20-step=${step}-consumed_samples=9000.0-last`,
      putNemo,
    );
    newest = folders[0]?.uri ?? '';
  });

  it('is valid when nothing is missing and no marker is next to it', async () => {
    expect(await gradeFirst(memory, folders)).toMatchObject({ grade: 'valid', layout: 'nemo', reasons: [] });
  });

  it('is invalid while its -unfinished marker exists', async () => {
    memory.put(`${newest.slice(0, -1)}-unfinished`, new Uint8Array(), writtenAt);
    expect(reasonLines(await gradeFirst(memory, folders))).toEqual([
      expect.stringMatching(/^invalid: .*-last-unfinished exists: NeMo never finished saving$/),
    ]);
  });

  it.each([
    ['weights/common.pt', 1_000, /^invalid: weights\/common.pt was truncated/],
    ['weights/metadata.json', 20, /^invalid: weights\/metadata.json was truncated or damaged/],
    ['weights/__0_0.distcp', 4_000, /^invalid: weights\/__0_0.distcp was truncated/],
    ['weights/.metadata', 3_000, /^invalid: weights\/.metadata was truncated or damaged/],
  ])('is invalid when %s was truncated', async (name, length, words) => {
    memory.change(newest + name, (bytes) => bytes.slice(0, length));
    expect(reasonLines(await gradeFirst(memory, folders))[0]).toMatch(words);
  });

  it('is invalid without common.pt and degraded without the context of earlier checkpoints', async () => {
    memory.remove(`${newest}context/io.json`);
    expect(reasonLines(await gradeFirst(memory, folders))).toEqual([
      'degraded: context/io.json is missing: it is not needed to resume, but to use the model later',
    ]);
    memory.remove(`${newest}weights/common.pt`);
    expect(reasonLines(await gradeFirst(memory, folders))[0]).toBe(
      'invalid: weights/common.pt is missing: Megatron cannot load without it',
    );
  });
});

describe('bare PEFT adapter', () => {
  beforeEach(() => {
    folders = threeSteps(memory, (step) => `step-${step}`, putAdapter);
    newest = folders[0]?.uri ?? '';
  });

  it('is degraded at best, because it has no optimizer', async () => {
    expect(await gradeFirst(memory, folders)).toMatchObject({ grade: 'degraded', layout: 'peft' });
    expect(reasonLines(await gradeFirst(memory, folders))).toEqual([
      'degraded: optimizer.pt is missing: an adapter alone resumes with a cold optimizer and at step 0',
    ]);
  });

  it('is invalid when its weights were truncated or its configuration is missing', async () => {
    memory.change(`${newest}adapter_model.safetensors`, (bytes) => bytes.slice(0, 9_999));
    memory.remove(`${newest}adapter_config.json`);
    expect(reasonLines(await gradeFirst(memory, folders))).toEqual([
      'invalid: adapter_config.json is missing: PEFT cannot load the adapter without it',
      expect.stringMatching(/^invalid: adapter_model.safetensors was truncated/),
      expect.stringMatching(/^degraded/),
    ]);
  });

  it('in a checkpoint-N folder is an unfinished Trainer checkpoint, unless the job always saves only that', async () => {
    const named = threeSteps(memory, (step) => `checkpoint-${step}`, putAdapter);
    expect(await gradeFirst(memory, named.slice(0, 1))).toMatchObject({
      grade: 'invalid',
      layout: 'hf-trainer',
    });
    expect(await gradeFirst(memory, named)).toMatchObject({ grade: 'degraded', layout: 'peft' });
    putCheckpoint(memory, 1200, 35);
    expect(await gradeNewest(memory, { before: [1200] })).toMatchObject({
      grade: 'invalid',
      layout: 'hf-trainer',
    });
  });
});

describe('checkpoint of an unknown trainer', () => {
  beforeEach(() => {
    folders = threeSteps(
      memory,
      (step) => `step_${step}`,
      (bucket, folder, step) => {
        bucket.put(`${folder}net_${step}.ckpt`, new Uint8Array(9_000), writtenAt);
        bucket.put(`${folder}_SUCCESS`, new Uint8Array(), writtenAt);
        bucket.put(`${folder}notes.txt`, torchFile, writtenAt);
      },
    );
    newest = folders[0]?.uri ?? '';
  });
  const always =
    'degraded: step_1300 has an unknown layout: files of known formats were read, the others compared by size';

  it('is never better than degraded, and says what was checked', async () => {
    expect(await gradeFirst(memory, folders)).toMatchObject({ grade: 'degraded', layout: 'unknown' });
    expect(reasonLines(await gradeFirst(memory, folders))).toEqual([always]);
  });

  it('is invalid with an empty file, unless it was empty before', async () => {
    memory.put(`${newest}notes.txt`, new Uint8Array(), writtenAt);
    expect(reasonLines(await gradeFirst(memory, folders))).toEqual([
      'invalid: notes.txt is empty (0 bytes)',
      always,
    ]);
  });

  it('is invalid with a Git LFS pointer or a file much smaller than in another step', async () => {
    memory.put(`${newest}notes.txt`, lfsPointer, writtenAt);
    memory.put(`${newest}net_1300.ckpt`, new Uint8Array(4_000), writtenAt);
    const reasons = reasonLines(await gradeFirst(memory, folders));
    expect(reasons).toContainEqual(expect.stringMatching(/^invalid: notes.txt is a Git LFS pointer/));
    expect(reasons).toContain(
      'invalid: net_1300.ckpt has 4,000 bytes, but at least 9,000 in earlier checkpoints',
    );
  });

  it('is invalid without a file that two earlier checkpoints have, and only degraded if one has it', async () => {
    memory.remove(`${newest}net_1300.ckpt`);
    expect(reasonLines(await gradeFirst(memory, folders))[0]).toBe(
      'invalid: net_1200.ckpt is missing: the previous checkpoint has it',
    );
    expect(await gradeFirst(memory, folders.slice(0, 2))).toMatchObject({ grade: 'degraded' });
  });

  it('is pending for two minutes after the last write, because nothing marks its end', async () => {
    memory.put(`${newest}notes.txt`, torchFile, ended + minute);
    expect(await gradeFirst(memory, folders, { now: ended + 2 * minute })).toMatchObject({
      grade: 'pending',
    });
    expect(await gradeFirst(memory, folders, { now: ended + 4 * minute })).toMatchObject({
      grade: 'degraded',
    });
  });

  it('is invalid when an upload never finished', async () => {
    memory.startUpload(`${newest}late.ckpt`);
    expect(reasonLines(await gradeFirst(memory, folders))[0]).toMatch(
      /^invalid: late.ckpt never finished uploading/,
    );
  });
});
