import { beforeEach, describe, expect, it } from 'vitest';
import { ended, folderOf, putCheckpoint } from '../../support/a-training-run.ts';
import { gradeNewest, reasonLines } from '../../support/grade-newest.ts';
import { MemoryCheckpoints } from '../../support/memory-checkpoints.ts';
import { putDcp, putDeepSpeed, putText, writtenAt } from './a-layout.ts';

const folder = folderOf(1300);
let memory: MemoryCheckpoints;

beforeEach(() => {
  memory = new MemoryCheckpoints();
});

describe('Trainer checkpoint with DeepSpeed', () => {
  beforeEach(() => {
    for (const step of [1300, 1200]) {
      putCheckpoint(memory, step, 5);
      for (const name of ['model.safetensors', 'optimizer.pt', 'scheduler.pt'])
        memory.remove(folderOf(step) + name);
      putDeepSpeed(memory, `${folderOf(step)}global_step${step}/`, step);
      putText(memory, `${folderOf(step)}latest`, `global_step${step}`);
    }
  });

  it('is valid with weights, optimizer and schedule in the DeepSpeed folder', async () => {
    expect(await gradeNewest(memory)).toMatchObject({ grade: 'valid', layout: 'hf-deepspeed', reasons: [] });
  });

  it('is invalid when a shard is missing, also compared with the folder of another step', async () => {
    memory.remove(`${folder}global_step1300/bf16_zero_pp_rank_3_mp_rank_00_optim_states.pt`);
    expect(reasonLines(await gradeNewest(memory, { before: [1200] }))).toEqual([
      expect.stringMatching(/^invalid: global_step1300\/bf16_zero_pp_rank_3_.*_optim_states.pt is missing/),
    ]);
  });

  it('is degraded when the size of a shard differs a lot from two other steps', async () => {
    putCheckpoint(memory, 1100, 65);
    putDeepSpeed(memory, `${folderOf(1100)}global_step1100/`, 1100);
    const shard = 'bf16_zero_pp_rank_3_mp_rank_00_optim_states.pt';
    memory.put(`${folder}global_step1300/${shard}`, memory.bytesOf(`${folder}rng_state.pth`), writtenAt);
    expect(reasonLines(await gradeNewest(memory, { before: [1200, 1100] }))[0]).toBe(
      `degraded: global_step1300/${shard} has 14,455 bytes, 1,465 in checkpoint-1200 and 1,465 in checkpoint-1100`,
    );
  });

  it('is invalid when latest is missing or names a folder that does not exist', async () => {
    putText(memory, `${folder}latest`, 'global_step1299');
    expect(reasonLines(await gradeNewest(memory))).toEqual([
      'invalid: latest names “global_step1299”, which does not exist',
    ]);
    memory.remove(`${folder}latest`);
    expect(reasonLines(await gradeNewest(memory))).toEqual([
      'invalid: latest is missing: the trainer fails without it',
    ]);
  });

  it('is not mistaken for one without DeepSpeed when its folder was never uploaded', async () => {
    for (const { name } of await memory.files(`${folder}global_step1300/`))
      memory.remove(`${folder}global_step1300/${name}`);
    memory.put(`${folder}model.safetensors`, memory.bytesOf(`${folder}rng_state.pth`), ended);
    expect(await gradeNewest(memory, { before: [1200] })).toMatchObject({
      grade: 'invalid',
      layout: 'hf-deepspeed',
    });
    expect(reasonLines(await gradeNewest(memory, { before: [1200] }))).toContain(
      'invalid: global_step1300/ is missing: it contains the weights and the optimizer of DeepSpeed',
    );
  });

  it('is invalid when the schedule of earlier checkpoints is missing, because the Trainer then fails', async () => {
    memory.put(`${folderOf(1200)}scheduler.pt`, memory.bytesOf(`${folder}rng_state.pth`), writtenAt);
    expect(reasonLines(await gradeNewest(memory, { before: [1200] }))).toEqual([
      expect.stringMatching(/^invalid: scheduler.pt is missing: earlier checkpoints have it/),
    ]);
  });
});

describe('Trainer checkpoint with FSDP', () => {
  beforeEach(() => {
    putCheckpoint(memory, 1300, 5);
    memory.remove(`${folder}model.safetensors`);
    memory.remove(`${folder}optimizer.pt`);
    putDcp(memory, `${folder}pytorch_model_fsdp_0/`, 1300);
    putDcp(memory, `${folder}optimizer_0/`, 1300);
  });

  it('is valid with weights and optimizer as distributed checkpoints', async () => {
    expect(await gradeNewest(memory)).toMatchObject({ grade: 'valid', layout: 'hf-fsdp', reasons: [] });
  });

  it('is invalid when its weights are missing or lack a shard, and degraded without its optimizer', async () => {
    memory.remove(`${folder}pytorch_model_fsdp_0/__1_0.distcp`);
    expect(reasonLines(await gradeNewest(memory))[0]).toMatch(
      /^invalid: pytorch_model_fsdp_0\/__1_0.distcp is missing: .metadata names it/,
    );
    putDcp(memory, `${folder}pytorch_model_fsdp_0/`, 1300);
    for (const name of ['.metadata', '__0_0.distcp', '__1_0.distcp'])
      memory.remove(`${folder}optimizer_0/${name}`);
    expect(reasonLines(await gradeNewest(memory))).toEqual([
      'degraded: optimizer_0/ is missing: training resumes with a cold optimizer',
    ]);
  });
});
