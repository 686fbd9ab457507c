import { largest } from '../../ports/collections.ts';
import type { Checkpoints, S3Uri, StoredFile } from '../../ports/ports.ts';
import { type CheckpointFolder, nameOf } from '../folders.ts';
import { openFile, ReadCost } from '../formats/ranged-file.ts';
import { numberInTorchFile } from '../formats/torch-number.ts';
import { fileForms, namedAmong, numberOf } from './checkpoint-names.ts';

/** The newest checkpoint under a fixed name: Lightning's last.ckpt and last-v1.ckpt, checkpoint_last.pt, ckpt.pt. */
const lastName = /^(?:(?:.*[-_])?(?:last|latest)(?:-v\d+)?|ckpt|checkpoint)\.(?:ckpt|pt|pth|pth\.tar)$/;

/** Checkpoints that are single files directly in the folder, newest first. Files of several ranks are one checkpoint. */
export async function fileCheckpoints(
  checkpoints: Checkpoints,
  folder: S3Uri,
  files: readonly StoredFile[],
): Promise<CheckpointFolder[]> {
  const named = namedAmong(
    files.map(({ name }) => name),
    fileForms,
  );
  const single = byRank(
    folder,
    named.map(({ name, at }) => ({ name, step: numberOf(at) })),
  );
  const last = files.filter(({ name }) => lastName.test(name));
  const highest = largest([0, ...single.map(({ step }) => step)]);
  const placed = await Promise.all(last.map(async (file) => lastOf(checkpoints, folder, file, highest)));
  return [...placed, ...single].toSorted((a, b) => b.step - a.step || lastAfter(a, b));
}

interface Single {
  readonly name: string;
  readonly step: number;
}

/** `ep0-ba100-rank0.pt` and its siblings: the first rank names the checkpoint. */
function byRank(folder: S3Uri, files: readonly Single[]): CheckpointFolder[] {
  const groups = new Map<string, Single[]>();
  for (const file of files) {
    const whole = file.name.replace(/-rank\d+(?=\.)/, '');
    groups.set(whole, [...(groups.get(whole) ?? []), file]);
  }
  return [...groups.values()].flatMap((group) => {
    const [first, ...more] = group.toSorted((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
    if (first === undefined) return [];
    const also = more.map(({ name }): S3Uri => `${folder}${name}`);
    return [{ uri: `${folder}${first.name}` as const, step: first.step, ...(also.length > 0 && { also }) }];
  });
}

/** Its step is inside it. If it cannot be read, it counts as the newest: a trainer that is told to use it fails on it. */
async function lastOf(
  checkpoints: Checkpoints,
  folder: S3Uri,
  file: StoredFile,
  highest: number,
): Promise<CheckpointFolder> {
  const step = await numberInTorchFile(openFile(checkpoints, folder, file, new ReadCost()), 'global_step');
  return { uri: `${folder}${file.name}`, step: step ?? highest };
}

/** Of two with the same step, the one whose name tells it comes first. */
function lastAfter(a: CheckpointFolder, b: CheckpointFolder): number {
  const isLast = ({ uri }: CheckpointFolder): number => Number(lastName.test(nameOf(uri)));
  return isLast(a) - isLast(b);
}
