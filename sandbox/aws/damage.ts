import { z } from 'zod';
import type { Bucket } from './bucket.ts';
import { fileAt, latestStep, writeOrder } from './checkpoint.ts';

/** The state in which a dying trainer leaves its newest checkpoint. */
export const Damage = z.enum([
  'truncate-newest',
  'unfinished-newest',
  'missing-optimizer',
  'lfs-pointer',
  'zero-byte',
  'corrupt-inside',
  'none',
]);
export type Damage = z.infer<typeof Damage>;

const pointer =
  'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 207584\n';

/** `save_steps` of the seeded jobs. */
const saveEvery = 50;

/** Writes the next checkpoint with this damage and returns its folder. */
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
    const bytes = await fileAt(name, Number(/(\d+)\/$/.exec(folder)?.[1]));
    const { file, how } = breaks[damage];
    const body = name === file ? how(bytes) : bytes;
    if (body !== undefined) await bucket.put(`${folder}${name}`, body);
  }
  return folder;
}

type Break = (bytes: Buffer) => Buffer | string | undefined;

const half: Break = (bytes) => bytes.subarray(0, Math.floor(bytes.length / 2));

/** The damaged file, and its remaining content. */
const breaks: Readonly<Record<Exclude<Damage, 'none'>, { readonly file: string; readonly how: Break }>> = {
  'truncate-newest': { file: 'model.safetensors', how: half },
  'unfinished-newest': { file: 'model.safetensors', how: half },
  'missing-optimizer': { file: 'optimizer.pt', how: () => undefined },
  'lfs-pointer': { file: 'model.safetensors', how: () => pointer },
  'corrupt-inside': { file: 'optimizer.pt', how: flipped },
  'zero-byte': { file: 'optimizer.pt', how: () => Buffer.alloc(0) },
};

/** Corrupts the data in the middle: size, header and directory stay intact. */
function flipped(bytes: Buffer): Buffer {
  const middle = Math.floor(bytes.length / 2);
  const changed = Buffer.from(bytes);
  for (let at = middle; at < middle + 64; at += 1) changed[at] = (changed[at] ?? 0) ^ 0xff;
  return changed;
}
