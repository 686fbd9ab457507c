import { beforeEach, describe, expect, it } from 'vitest';
import type { CheckpointFolder } from '../../../src/checkpoints/folders.ts';
import { root } from '../../support/a-training-run.ts';
import { lfsPointer } from '../../support/checkpoint-files.ts';
import { gradeFirst, reasonLines } from '../../support/grade-newest.ts';
import { MemoryCheckpoints } from '../../support/memory-checkpoints.ts';
import { putDeepSpeed, putText, putZero3, threeSteps, torchFile, writtenAt } from './a-layout.ts';

const name = (step: number): string => `global_step${step}`;
const shard = (rank: number): string => `bf16_zero_pp_rank_${rank}_mp_rank_00_optim_states.pt`;
let memory: MemoryCheckpoints;
let folders: readonly CheckpointFolder[];
let newest: string;

beforeEach(() => {
  memory = new MemoryCheckpoints();
  folders = threeSteps(memory, name, putDeepSpeed);
  newest = folders[0]?.uri ?? '';
  putText(memory, `${root}latest`, 'global_step1300');
});

describe('DeepSpeed ZeRO checkpoint', () => {
  it('is valid when every rank has written and latest names it', async () => {
    expect(await gradeFirst(memory, folders)).toMatchObject({
      grade: 'valid',
      layout: 'deepspeed',
      committedAt: writtenAt,
      reasons: [],
    });
  });

  it('is invalid when a rank in the middle is missing, whatever the earlier checkpoints have', async () => {
    memory.remove(newest + shard(2));
    const says = `invalid: ${shard(2)} is missing: DeepSpeed cannot load without the shards of every rank`;
    expect(reasonLines(await gradeFirst(memory, folders))).toContain(says);
    expect(reasonLines(await gradeFirst(memory, folders.slice(0, 1)))).toContain(says);
  });

  it('is invalid when the last ranks of earlier checkpoints are missing', async () => {
    memory.remove(newest + shard(2));
    memory.remove(newest + shard(3));
    expect(reasonLines(await gradeFirst(memory, folders))[0]).toMatch(
      /^invalid: .*rank_2_mp_rank_00_optim_states.pt and 1 more are missing/,
    );
  });

  it('is degraded when only the GPU count of the job reveals missing ranks', async () => {
    memory.remove(newest + shard(3));
    expect(await gradeFirst(memory, folders.slice(0, 1), { worldSize: 4 })).toMatchObject({
      grade: 'degraded',
      reasons: [{ says: 'are 3 of the 4 shards that the GPUs of the job would write' }],
    });
  });

  it('does not miss shards of a larger job that wrote the earlier checkpoints', async () => {
    memory.remove(newest + shard(2));
    memory.remove(newest + shard(3));
    expect(await gradeFirst(memory, folders, { worldSize: 2 })).toMatchObject({ grade: 'valid' });
  });

  it('does not miss a file that only one earlier checkpoint has', async () => {
    memory.put(`${folders[1]?.uri}layer_00-model_00-model_states.pt`, torchFile, writtenAt);
    expect(await gradeFirst(memory, folders)).toMatchObject({ grade: 'valid' });
    memory.put(`${folders[2]?.uri}layer_00-model_00-model_states.pt`, torchFile, writtenAt);
    expect(reasonLines(await gradeFirst(memory, folders))[0]).toMatch(
      /^invalid: layer_00-model_00-model_states.pt is missing/,
    );
  });

  it('is invalid when a shard was truncated or is a pointer, or the model states are missing', async () => {
    memory.put(newest + shard(1), torchFile.slice(0, 700), writtenAt);
    memory.put(newest + shard(3), lfsPointer, writtenAt);
    memory.remove(`${newest}mp_rank_00_model_states.pt`);
    const reasons = reasonLines(await gradeFirst(memory, folders));
    expect(reasons).toContainEqual(expect.stringMatching(/^invalid: .*rank_1_.* was truncated: 700 bytes/));
    expect(reasons).toContainEqual(expect.stringMatching(/^invalid: .*rank_3_.* is a Git LFS pointer/));
    expect(reasons).toContainEqual(expect.stringMatching(/^invalid: mp_rank_00_model_states.pt is missing/));
  });

  it('is degraded without any optimizer shard, unless the job never wrote one', async () => {
    for (const rank of [0, 1, 2, 3]) memory.remove(newest + shard(rank));
    expect(reasonLines(await gradeFirst(memory, folders.slice(0, 1)))).toEqual([
      expect.stringMatching(
        /^degraded: .*unless the job trains without ZeRO, it resumes with a cold optimizer/,
      ),
    ]);
    expect(await gradeFirst(memory, folders)).toMatchObject({ grade: 'invalid' });
    for (const { uri } of folders.slice(1)) for (const rank of [0, 1, 2, 3]) memory.remove(uri + shard(rank));
    expect(await gradeFirst(memory, folders)).toMatchObject({ grade: 'valid' });
  });

  it('with ZeRO-3 is invalid when a rank has its optimizer but not its weights', async () => {
    const [zero3] = threeSteps(memory, (step) => `zero3/${name(step)}`, putZero3);
    putText(memory, `${root}zero3/latest`, 'global_step1300');
    expect(await gradeFirst(memory, [zero3])).toMatchObject({ grade: 'valid' });
    memory.remove(`${zero3.uri}zero_pp_rank_3_mp_rank_00_model_states.pt`);
    expect(reasonLines(await gradeFirst(memory, [zero3]))[0]).toMatch(
      /^invalid: zero_pp_rank_3_mp_rank_00_model_states.pt is missing/,
    );
  });

  it('keeps the layout of earlier checkpoints even when nothing in it shows the layout', async () => {
    const [first] = folders;
    for (const { name: file } of await memory.files(first?.uri ?? root)) memory.remove(newest + file);
    putText(memory, `${newest}zero_to_fp32.py`, 'print()');
    expect(await gradeFirst(memory, folders)).toMatchObject({ layout: 'deepspeed', grade: 'invalid' });
  });
});

describe('tracker next to the checkpoint folders', () => {
  it.each([
    ['global_step1400', 'names global_step1400, which does not exist: the trainer cannot resume'],
    [
      'global_step1200',
      'names global_step1200, not global_step1300: the trainer resumes from the one it names',
    ],
    ['../../etc', 'does not name a checkpoint: “../../etc”'],
    ['', 'is empty (0 bytes)'],
  ])('makes the newest checkpoint degraded when it contains “%s”', async (text, says) => {
    putText(memory, `${root}latest`, text);
    expect(await gradeFirst(memory, folders)).toMatchObject({
      grade: 'degraded',
      reasons: [{ file: 'latest', severity: 'degraded', says }],
    });
  });

  it('is not read when it is too long to be a tracker', async () => {
    putText(memory, `${root}latest`, 'global_step1300\n'.repeat(65));
    expect(reasonLines(await gradeFirst(memory, folders))).toEqual([
      'degraded: latest is too long to name a checkpoint',
    ]);
    expect(memory.bytesRead.has(`${root}latest`)).toBe(false);
  });

  it('is reported when it is missing', async () => {
    memory.remove(`${root}latest`);
    expect(reasonLines(await gradeFirst(memory, folders))).toEqual([
      'degraded: latest is missing: without it the trainer does not find a checkpoint automatically',
    ]);
  });

  it('does not count against a checkpoint older than the one it names', async () => {
    expect(await gradeFirst(memory, folders.slice(1))).toMatchObject({ grade: 'valid', reasons: [] });
  });

  it('is reported when it names a broken checkpoint, because the trainer looks at no other folder', async () => {
    memory.remove(newest + shard(1));
    expect(reasonLines(await gradeFirst(memory, folders))).toContain(
      'note: latest names this checkpoint, so the trainer would fail on it',
    );
  });
});
