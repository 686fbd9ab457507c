import { beforeEach, describe, expect, it } from 'vitest';
import { listCheckpoints } from '../../../src/checkpoints/finding/list-checkpoints.ts';
import type { CheckpointFolder } from '../../../src/checkpoints/folders.ts';
import { root } from '../../support/a-training-run.ts';
import { gradeFirst, reasonLines } from '../../support/grade-newest.ts';
import { MemoryCheckpoints } from '../../support/memory-checkpoints.ts';
import {
  putDcp,
  putDeepSpeed,
  putFiles,
  putText,
  putVerl,
  threeSteps,
  torchFile,
  writtenAt,
} from './a-layout.ts';

let memory: MemoryCheckpoints;
let folders: readonly CheckpointFolder[];
let newest: string;

beforeEach(() => {
  memory = new MemoryCheckpoints();
});

describe('verl checkpoint', () => {
  beforeEach(() => {
    folders = threeSteps(memory, (step) => `global_step_${step}`, putVerl);
    newest = folders[0]?.uri ?? '';
    putText(memory, `${root}latest_checkpointed_iteration.txt`, '1300');
  });

  it('is valid with three files per rank for actor and critic', async () => {
    expect(await gradeFirst(memory, folders)).toMatchObject({ grade: 'valid', layout: 'verl', reasons: [] });
  });

  it('is invalid when the last rank is missing, because the other names contain the number of ranks', async () => {
    memory.remove(`${newest}actor/optim_world_size_4_rank_3.pt`);
    expect(reasonLines(await gradeFirst(memory, folders.slice(0, 1)))).toContain(
      'invalid: actor/optim_world_size_4_rank_3.pt is missing: verl cannot load without the files of every rank',
    );
  });

  it('is invalid without weights, even with no earlier checkpoint to compare', async () => {
    for (const rank of [0, 1, 2, 3]) memory.remove(`${newest}actor/model_world_size_4_rank_${rank}.pt`);
    expect(reasonLines(await gradeFirst(memory, folders.slice(0, 1)))[0]).toMatch(
      /^invalid: actor\/model_world_size_4_rank_0.pt and 3 more are missing/,
    );
  });

  it('is invalid when a rank was truncated or the critic of earlier checkpoints is missing', async () => {
    memory.put(`${newest}actor/model_world_size_4_rank_0.pt`, torchFile.slice(0, 1_000), writtenAt);
    for (const { name } of await memory.files(`${root}global_step_1300/critic/`))
      memory.remove(`${newest}critic/${name}`);
    const reasons = reasonLines(await gradeFirst(memory, folders));
    expect(reasons).toContainEqual(
      expect.stringMatching(/^invalid: actor\/model_world_size_4_rank_0.pt was truncated/),
    );
    expect(reasons).toContain('invalid: critic/ is missing: the trainer cannot load its critic without it');
  });

  it('is invalid, quickly, when names claim an absurd number of ranks', async () => {
    const names = Array.from({ length: 200 }, (_, n) => `model_world_size_${99_999 - n}_rank_0.pt`);
    putFiles(memory, `${root}global_step_1300/actor/`, names);
    expect(await gradeFirst(memory, folders.slice(0, 1))).toMatchObject({ grade: 'invalid' });
  });

  it('needs no critic if the job trains without one', async () => {
    for (const { uri } of folders)
      for (const { name } of await memory.files(`${uri}critic/`)) memory.remove(`${uri}critic/${name}`);
    expect(await gradeFirst(memory, folders)).toMatchObject({ grade: 'valid' });
  });

  it('is degraded without data.pt and without optimizers that may never have been saved', async () => {
    memory.remove(`${newest}data.pt`);
    expect(reasonLines(await gradeFirst(memory, folders))).toEqual([
      'degraded: data.pt is missing: the data is read from its beginning again',
    ]);
    for (const rank of [0, 1, 2, 3]) memory.remove(`${newest}actor/optim_world_size_4_rank_${rank}.pt`);
    expect(await gradeFirst(memory, folders.slice(0, 1))).toMatchObject({ grade: 'degraded' });
    expect(await gradeFirst(memory, folders)).toMatchObject({ grade: 'invalid' });
  });

  it('does not miss the ranks of a larger job that wrote the earlier checkpoints', async () => {
    for (const role of ['actor/', 'critic/']) {
      for (const { name } of await memory.files(`${root}global_step_1300/${role}`))
        memory.remove(newest + role + name);
      putFiles(
        memory,
        `${root}global_step_1300/${role}`,
        ['model', 'optim', 'extra_state'].flatMap((kind) =>
          [0, 1].map((rank) => `${kind}_world_size_2_rank_${rank}.pt`),
        ),
      );
    }
    expect(await gradeFirst(memory, folders)).toMatchObject({ grade: 'valid' });
  });

  it.each([
    ['1400', 'names global_step_1400, which does not exist: the trainer cannot resume'],
    ['1200', 'names global_step_1200, not global_step_1300: the trainer resumes from the one it names'],
    ['release', 'does not name a checkpoint: “release”'],
  ])('is degraded when its tracker contains %s', async (text, says) => {
    putText(memory, `${root}latest_checkpointed_iteration.txt`, text);
    expect(await gradeFirst(memory, folders)).toMatchObject({ grade: 'degraded', reasons: [{ says }] });
  });

  it('by Megatron is checked as the distributed checkpoint it contains', async () => {
    const megatron = threeSteps(
      memory,
      (step) => `m/global_step_${step}`,
      (bucket, folder) => {
        putDcp(bucket, `${folder}actor/dist_ckpt/`, 0);
        putFiles(bucket, folder, ['data.pt']);
      },
    );
    putText(memory, `${root}m/latest_checkpointed_iteration.txt`, '1300');
    expect(await gradeFirst(memory, megatron)).toMatchObject({ grade: 'valid', layout: 'verl' });
    memory.change(`${megatron[0].uri}actor/dist_ckpt/__1_0.distcp`, (bytes) => bytes.slice(0, 9_999));
    expect(reasonLines(await gradeFirst(memory, megatron))[0]).toMatch(
      /^invalid: actor\/dist_ckpt\/__1_0.distcp was truncated/,
    );
  });
});

describe('OpenRLHF checkpoint', () => {
  beforeEach(async () => {
    for (const part of ['_actor', '_critic']) {
      for (const step of [1200, 1300]) putDeepSpeed(memory, `${root}${part}/global_step${step}/`, step);
      putText(memory, `${root}${part}/latest`, 'global_step1300');
    }
    ({ folders } = await listCheckpoints(memory, root));
  });

  it('is found below the actor, with the critic as its second part', () => {
    expect(folders).toEqual([
      { step: 1300, uri: `${root}_actor/global_step1300/`, also: [`${root}_critic/global_step1300/`] },
      { step: 1200, uri: `${root}_actor/global_step1200/`, also: [`${root}_critic/global_step1200/`] },
    ]);
  });

  it('is valid when both parts are complete at the same step', async () => {
    expect(await gradeFirst(memory, folders)).toMatchObject({
      grade: 'valid',
      layout: 'openrlhf',
      reasons: [],
    });
  });

  it('is invalid when the critic never reached that step or lost a shard', async () => {
    memory.remove(`${root}_critic/global_step1300/bf16_zero_pp_rank_1_mp_rank_00_optim_states.pt`);
    expect(reasonLines(await gradeFirst(memory, folders))[0]).toMatch(
      /^invalid: _critic\/global_step1300\/bf16_zero_pp_rank_1_.* is missing/,
    );
    for (const { name } of await memory.files(`${root}_critic/global_step1300/`))
      memory.remove(`${root}_critic/global_step1300/${name}`);
    expect(reasonLines(await gradeFirst(memory, folders))).toContain(
      'invalid: _critic/global_step1300 is missing: actor and critic must be at the same step',
    );
  });

  it('is degraded when the tracker of one part is behind', async () => {
    putText(memory, `${root}_critic/latest`, 'global_step1200');
    expect(reasonLines(await gradeFirst(memory, folders))).toEqual([
      'degraded: _critic/latest names global_step1200, not global_step1300: the trainer resumes from the one it names',
    ]);
  });

  it('is pending while either part is being uploaded', async () => {
    memory.startUpload(`${root}_critic/global_step1300/late.pt`);
    expect(await gradeFirst(memory, folders, { now: writtenAt + 6 * 60_000 })).toMatchObject({
      grade: 'pending',
      reasons: [{ file: '_critic/global_step1300/late.pt' }],
    });
  });
});
