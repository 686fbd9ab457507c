import { beforeEach, describe, expect, it } from 'vitest';
import type { CheckpointFolder } from '../../../src/checkpoints/folders.ts';
import { trackerFor } from '../../../src/relaunch/tracker-file.ts';
import { root } from '../../support/a-training-run.ts';
import { gradeFirst, reasonLines } from '../../support/grade-newest.ts';
import { MemoryCheckpoints } from '../../support/memory-checkpoints.ts';
import { putDcp, putFiles, putText, threeSteps } from './a-layout.ts';

const tracker = `${root}latest_checkpointed_iteration.txt`;
let memory: MemoryCheckpoints;
let folders: readonly CheckpointFolder[];

const grade = async (): Promise<string[]> => {
  const graded = await gradeFirst(memory, folders);
  return [graded?.grade ?? '', graded?.layout ?? '', ...reasonLines(graded)];
};

beforeEach(() => {
  memory = new MemoryCheckpoints();
});

describe('Megatron checkpoint', () => {
  beforeEach(() => {
    folders = threeSteps(
      memory,
      (step) => `iter_000${step}`,
      (bucket, folder) => {
        putDcp(bucket, folder, 0);
        putFiles(bucket, folder, ['common.pt']);
        putText(bucket, `${folder}metadata.json`, '{"sharded_backend": "torch_dist"}');
      },
    );
    putText(memory, tracker, '1300\n');
  });

  it('is valid if its tracker names it', async () => {
    expect(await grade()).toEqual(['valid', 'megatron']);
  });

  it.each([
    ['is missing', undefined, /is missing: without it the trainer does not find a checkpoint/],
    ['is empty', '', /is empty/],
    ['names a folder that does not exist', '1400', /names iter_0001400, which does not exist/],
    ['names an earlier iteration', '1200', /names iter_0001200, not iter_0001300/],
    ['names the release', 'release', /names release, which does not exist/],
    ['is not a number', 'iter_1300', /does not name a checkpoint/],
  ])('is degraded if the tracker %s', async (_what, text, words) => {
    if (text === undefined) memory.remove(tracker);
    else putText(memory, tracker, text);
    expect(await grade()).toEqual(['degraded', 'megatron', expect.stringMatching(words)]);
  });

  it('is invalid without common.pt, even if the tracker names it', async () => {
    memory.remove(`${folders[0]?.uri}common.pt`);
    expect(await grade()).toEqual([
      'invalid',
      'megatron',
      'invalid: common.pt is missing: Megatron cannot load without it',
      'note: latest_checkpointed_iteration.txt names this checkpoint, so the trainer would fail on it',
    ]);
  });

  it('gets a tracker with its number, without leading zeros, when it is copied', () => {
    const file = trackerFor('s3://srl/recovery/iter_0001300/', 'megatron');
    expect(file).toMatchObject({ folder: 's3://srl/recovery/' });
    expect(new TextDecoder().decode(file?.file.bytes)).toBe('1300');
  });
});

describe('Megatron checkpoint with a folder per rank', () => {
  const ranks = ['mp_rank_00_000', 'mp_rank_00_001', 'mp_rank_01_000', 'mp_rank_01_001'];

  beforeEach(() => {
    const files = ['model_optim_rng.pt', 'distrib_optim.pt'];
    folders = threeSteps(
      memory,
      (step) => `iter_000${step}`,
      (bucket, folder) =>
        putFiles(
          bucket,
          folder,
          ranks.flatMap((rank) => files.map((name) => `${rank}/${name}`)),
        ),
    );
    putText(memory, tracker, '1300');
  });

  it('is valid with the files of every rank', async () => {
    expect(await grade()).toEqual(['valid', 'megatron']);
  });

  it.each(['mp_rank_01_001/model_optim_rng.pt', 'mp_rank_00_001/distrib_optim.pt'])(
    'is invalid without %s',
    async (name) => {
      memory.remove(`${folders[0]?.uri}${name}`);
      expect((await grade())[2]).toBe(
        `invalid: ${name} is missing: Megatron cannot load without the files of every rank`,
      );
      folders = folders.slice(0, 1);
      expect((await grade())[0]).toBe('invalid');
    },
  );
});
