import { beforeEach, describe, expect, it } from 'vitest';
import type { CheckpointFolder } from '../../../src/checkpoints/folders.ts';
import { root } from '../../support/a-training-run.ts';
import { seedFile } from '../../support/checkpoint-files.ts';
import { gradeFirst, reasonLines } from '../../support/grade-newest.ts';
import { MemoryCheckpoints } from '../../support/memory-checkpoints.ts';
import {
  type Put,
  putDcp,
  putDeepSpeed,
  putFiles,
  putText,
  threeSteps,
  torchFile,
  writtenAt,
} from './a-layout.ts';

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

describe('Accelerate checkpoint', () => {
  const states = ['optimizer.bin', 'scheduler.bin', 'random_states_0.pkl', 'random_states_1.pkl'];

  beforeEach(() => {
    write(
      (step) => `checkpoint_${step}`,
      (bucket, folder) => {
        bucket.put(`${folder}model.safetensors`, seedFile('model.safetensors'), writtenAt);
        putFiles(bucket, folder, states);
      },
    );
  });

  it('is valid when nothing is missing', async () => {
    expect(await grade()).toEqual(['valid', 'accelerate']);
  });

  it.each(['model.safetensors', 'optimizer.bin', 'scheduler.bin'])(
    'is invalid without %s or with half of it, because load_state fails',
    async (name) => {
      memory.change(newest + name, (bytes) => bytes.slice(0, bytes.length / 2));
      expect((await grade())[0]).toBe('invalid');
      memory.remove(newest + name);
      expect((await grade())[0]).toBe('invalid');
    },
  );

  it('is degraded without random states, which load_state passes over', async () => {
    memory.put(`${newest}random_states_0.pkl`, new Uint8Array(), writtenAt);
    memory.remove(`${newest}random_states_1.pkl`);
    expect(await grade()).toEqual([
      'degraded',
      'accelerate',
      expect.stringMatching(/^degraded: random_states_1.pkl is missing/),
      'degraded: random_states_0.pkl is empty (0 bytes)',
    ]);
  });

  it('with DeepSpeed needs the shards of every rank, and with FSDP both folders', async () => {
    write(
      (step) => `checkpoint_${step}`,
      (bucket, folder, step) => {
        putFiles(bucket, folder, states.slice(1));
        putDeepSpeed(bucket, `${folder}pytorch_model/`, step);
      },
    );
    for (const name of ['model.safetensors', 'optimizer.bin'])
      for (const { uri } of folders) memory.remove(uri + name);
    expect(await grade()).toEqual(['valid', 'accelerate']);
    memory.remove(`${newest}pytorch_model/bf16_zero_pp_rank_2_mp_rank_00_optim_states.pt`);
    expect((await grade())[0]).toBe('invalid');
  });
});

describe('Lightning checkpoint in one file', () => {
  const file = `${root}epoch=0-step=1300.ckpt` as const;

  beforeEach(() => {
    folders = [{ uri: file, step: 1300 }];
  });

  it('is invalid if it was cut, or holds no optimizer, which Lightning refuses to resume from', async () => {
    memory.put(file, torchFile, writtenAt);
    expect(await grade()).toEqual([
      'invalid',
      'lightning',
      expect.stringMatching(/has no state_dict/),
      expect.stringMatching(/has no optimizer_states: it contains only the model/),
    ]);
    memory.put(file, torchFile.slice(0, 900), writtenAt);
    expect((await grade())[2]).toMatch(/^invalid: epoch=0-step=1300.ckpt was truncated/);
  });
});

describe('OLMo-core checkpoint', () => {
  beforeEach(() => {
    write(
      (step) => `step${step}`,
      (bucket, folder, step) => {
        putDcp(bucket, `${folder}model_and_optim/`, step);
        putFiles(bucket, folder, ['train/rank0.pt', 'train/rank1.pt']);
        putText(bucket, `${folder}.metadata.json`, '{"version": "2"}');
      },
    );
  });

  it('is valid whole, and degraded without the state of a rank, which loads that of rank 0', async () => {
    expect(await grade()).toEqual(['valid', 'olmo-core']);
    memory.remove(`${newest}train/rank1.pt`);
    expect((await grade())[0]).toBe('degraded');
  });

  it.each(['.metadata.json', 'train/rank0.pt', 'model_and_optim/.metadata'])(
    'is invalid without %s, because the trainer passes over it',
    async (name) => {
      memory.remove(newest + name);
      expect((await grade())[0]).toBe('invalid');
    },
  );
});

describe('Trainer checkpoint with FSDP in one file', () => {
  beforeEach(() => {
    write(
      (step) => `checkpoint-${step}`,
      (bucket, folder, step) => {
        bucket.put(`${folder}model.safetensors`, seedFile('model.safetensors'), writtenAt);
        putFiles(bucket, folder, [
          'pytorch_model_fsdp.bin',
          'optimizer.bin',
          'scheduler.pt',
          'rng_state_0.pth',
        ]);
        putText(bucket, `${folder}trainer_state.json`, `{"global_step": ${step}}`);
      },
    );
  });

  it('is valid without optimizer.pt, and whatever the weights are that FSDP does not load', async () => {
    expect(await grade()).toEqual(['valid', 'hf-fsdp']);
    memory.put(`${newest}model.safetensors`, new Uint8Array(), writtenAt);
    expect((await grade()).slice(0, 2)).toEqual(['valid', 'hf-fsdp']);
  });

  it('is invalid without its weights and degraded without its optimizer', async () => {
    memory.remove(`${newest}optimizer.bin`);
    expect((await grade())[0]).toBe('degraded');
    memory.remove(`${newest}pytorch_model_fsdp.bin`);
    expect((await grade())[0]).toBe('invalid');
  });
});
