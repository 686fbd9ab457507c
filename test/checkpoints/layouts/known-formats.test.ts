import { beforeEach, describe, expect, it } from 'vitest';
import type { CheckpointFolder } from '../../../src/checkpoints/folders.ts';
import { root } from '../../support/a-training-run.ts';
import { seedFile } from '../../support/checkpoint-files.ts';
import { gradeFirst, reasonLines } from '../../support/grade-newest.ts';
import { MemoryCheckpoints } from '../../support/memory-checkpoints.ts';
import { type Put, putDcp, putFiles, putText, threeSteps, writtenAt } from './a-layout.ts';

let memory: MemoryCheckpoints;
let folders: readonly CheckpointFolder[];
let newest: string;

const write = (name: (step: number) => string, put: Put): void => {
  folders = threeSteps(memory, name, put);
  newest = folders[0]?.uri ?? '';
};
const grade = async (): Promise<string[]> => {
  const graded = await gradeFirst(memory, folders);
  return [graded?.grade ?? '', graded?.layout ?? '', ...reasonLines(graded)];
};

beforeEach(() => {
  memory = new MemoryCheckpoints();
});

describe('files of known formats in an unknown layout', () => {
  beforeEach(() => {
    write(
      (step) => `step_${step}`,
      (bucket, folder, step) => {
        putDcp(bucket, `${folder}policy/weights/`, step);
        putFiles(bucket, folder, ['train_dataloader.pt', 'ranks/rank_0.pt', 'ranks/rank_1.pt']);
        bucket.put(`${folder}export/model.safetensors`, seedFile('model.safetensors'), writtenAt);
        putText(bucket, `${folder}training_info.json`, '{"step": 1}');
      },
    );
  });

  it('are read: the checkpoint is degraded, because nobody knows what else belongs to it', async () => {
    expect((await grade()).slice(0, 2)).toEqual(['degraded', 'unknown']);
  });

  it.each([
    ['policy/weights/__0_0.distcp', 4_000],
    ['policy/weights/.metadata', 0],
    ['train_dataloader.pt', 900],
    ['export/model.safetensors', 9_000],
    ['training_info.json', 5],
  ])('make it invalid if %s was cut to %d bytes', async (name, length) => {
    memory.change(newest + name, (bytes) => bytes.slice(0, length));
    expect((await grade())[0]).toBe('invalid');
  });

  it('make it invalid if a distributed checkpoint lacks its metadata', async () => {
    memory.remove(`${newest}policy/weights/.metadata`);
    expect((await grade())[0]).toBe('invalid');
  });

  it('are told apart by rank, even if the step is the number of a rank', async () => {
    folders = [2, 1, 0].map((step) => ({ uri: `${root}epoch_${step}/` as const, step }));
    for (const { uri } of folders)
      putFiles(memory, uri, ['rank_0.pt', 'rank_1.pt', 'rank_2.pt', 'rank_3.pt']);
    expect(await grade()).toEqual(['degraded', 'unknown', expect.stringContaining('unknown layout')]);
  });

  it('do not count the empty files by which SageMaker marks uploads', async () => {
    const before = await grade();
    for (const name of ['train_dataloader.pt', 'policy/weights/.metadata'])
      memory.put(`${newest}${name}.sagemaker-uploaded`, new Uint8Array(), writtenAt);
    expect(await grade()).toEqual(before);
  });
});

describe('files that mark the end of a save', () => {
  beforeEach(() => {
    write(
      (step) => `step_${step}`,
      (bucket, folder) => putFiles(bucket, folder, ['model.pt', 'COMPLETED']),
    );
  });

  it('make a checkpoint invalid if earlier ones have it, because the trainer passes over it', async () => {
    memory.remove(`${newest}COMPLETED`);
    folders = folders.slice(0, 2);
    expect(await grade()).toContainEqual(expect.stringMatching(/^invalid: COMPLETED is missing/));
  });

  it('make a checkpoint invalid if one says that the save never ended', async () => {
    memory.put(`${newest}.incomplete`, new Uint8Array(), writtenAt);
    expect(await grade()).toContainEqual('invalid: .incomplete exists: the save never ended');
  });
});
