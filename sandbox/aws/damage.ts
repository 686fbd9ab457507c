import { z } from 'zod';
import type { Bucket } from './bucket.ts';
import { fileAt, latestStep, writeOrder } from './checkpoint.ts';

/** What state a dying trainer leaves its newest checkpoint in. */
export const Damage = z.enum([
  'truncate-newest',
  'unfinished-newest',
  'missing-optimizer',
  'lfs-pointer',
  'zero-byte',
  'none',
]);
export type Damage = z.infer<typeof Damage>;

const pointer =
  'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 207584\n';

/** `save_steps` of the seed's jobs. */
const saveEvery = 50;

/** Writes one checkpoint more than there is, broken in the way asked for; answers with its folder. */
export async function leaveBroken(
  bucket: Bucket,
  root: string,
  step: number,
  damage: Damage,
): Promise<string | undefined> {
  if (damage === 'none') return undefined;
  const reached = Math.max(step, (await latestStep(bucket, root)) ?? 0);
  const folder = `${root}checkpoint-${(Math.floor(reached / saveEvery) + 1) * saveEvery}/`;
  const names = damage === 'unfinished-newest' ? writeOrder.slice(0, 3) : writeOrder;
  for (const name of names) {
    const body = broken(damage, name, await fileAt(name, Number(/(\d+)\/$/.exec(folder)?.[1])));
    if (body !== undefined) await bucket.put(`${folder}${name}`, body);
  }
  return folder;
}

function broken(damage: Damage, name: string, bytes: Buffer): Buffer | string | undefined {
  if ((damage === 'truncate-newest' || damage === 'unfinished-newest') && name === 'model.safetensors')
    return bytes.subarray(0, Math.floor(bytes.length / 2));
  if (damage === 'missing-optimizer' && name === 'optimizer.pt') return undefined;
  if (damage === 'lfs-pointer' && name === 'model.safetensors') return pointer;
  if (damage === 'zero-byte' && name === 'optimizer.pt') return Buffer.alloc(0);
  return bytes;
}
