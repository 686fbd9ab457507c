import { fileURLToPath } from 'node:url';
import type { CheckpointFolder } from '../../../src/checkpoints/folders.ts';
import type { S3Uri } from '../../../src/ports/ports.ts';
import { ended, minute, root } from '../../support/a-training-run.ts';
import { seedFile, textBytes } from '../../support/checkpoint-files.ts';
import type { MemoryCheckpoints } from '../../support/memory-checkpoints.ts';

/** Folders as a trainer would write them, from real torch files. */
export type Put = (memory: MemoryCheckpoints, folder: S3Uri, step: number) => void;

/** A distributed checkpoint of two ranks, created with `make-fsdp2-sample.py`. */
const fsdp2Sample = fileURLToPath(new URL('fsdp2-sample/', import.meta.url));

export const writtenAt = ended - 5 * minute;
/** 1,465 bytes written by torch.save. */
export const torchFile = seedFile('scheduler.pt');

export function putFiles(memory: MemoryCheckpoints, folder: S3Uri, names: readonly string[]): void {
  for (const name of names) memory.put(`${folder}${name}`, torchFile, writtenAt);
}

export function putText(memory: MemoryCheckpoints, uri: string, text: string): void {
  memory.put(uri, textBytes(text), writtenAt);
}

const ranks = [0, 1, 2, 3];

/** ZeRO-2 with four ranks. */
export const putDeepSpeed: Put = (memory, folder) =>
  putFiles(memory, folder, [
    'mp_rank_00_model_states.pt',
    ...ranks.map((rank) => `bf16_zero_pp_rank_${rank}_mp_rank_00_optim_states.pt`),
  ]);

/** ZeRO-3 with four ranks. */
export const putZero3: Put = (memory, folder) =>
  putFiles(
    memory,
    folder,
    ranks.flatMap((rank) => [
      `zero_pp_rank_${rank}_mp_rank_00_model_states.pt`,
      `bf16_zero_pp_rank_${rank}_mp_rank_00_optim_states.pt`,
    ]),
  );

export const putDcp: Put = (memory, folder) => memory.putFolder(folder, fsdp2Sample, writtenAt);

export const putVerl: Put = (memory, folder) => {
  const kinds = ['model', 'optim', 'extra_state'];
  for (const role of ['actor/', 'critic/'])
    putFiles(
      memory,
      `${folder}${role}`,
      ranks.flatMap((rank) => kinds.map((kind) => `${kind}_world_size_4_rank_${rank}.pt`)),
    );
  putFiles(memory, folder, ['data.pt']);
};

export const putNemo: Put = (memory, folder) => {
  putDcp(memory, `${folder}weights/`, 0);
  putFiles(memory, `${folder}weights/`, ['common.pt']);
  putText(
    memory,
    `${folder}weights/metadata.json`,
    '{"sharded_backend": "torch_dist", "sharded_backend_version": 1}',
  );
  putText(memory, `${folder}context/io.json`, '{}');
};

export const putAdapter: Put = (memory, folder) => {
  memory.put(`${folder}adapter_model.safetensors`, seedFile('model.safetensors'), writtenAt);
  putText(memory, `${folder}adapter_config.json`, '{"peft_type": "LORA", "r": 16}');
};

/** Folders of three steps, newest first. `name` returns the folder's name, `put` writes its files. */
export function threeSteps(
  memory: MemoryCheckpoints,
  name: (step: number) => string,
  put: Put,
): readonly [CheckpointFolder, CheckpointFolder, CheckpointFolder] {
  const folder = (step: number): CheckpointFolder => {
    const uri = `${root}${name(step)}/` as const;
    put(memory, uri, step);
    return { uri, step };
  };
  return [folder(1300), folder(1200), folder(1100)];
}
