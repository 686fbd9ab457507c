import { folderOf, isFile, nameOf } from '../checkpoints/folders.ts';
import type { Checkpoints, StagedCopy, S3Uri as Uri } from '../ports/ports.ts';

/** Adds up copies; what was compared is known only if it is known of all. */
export function sumOf([first, ...more]: readonly StagedCopy[]): StagedCopy {
  return more.reduce(both, first ?? { files: 0, bytes: 0 });
}

function both(one: StagedCopy, other: StagedCopy): StagedCopy {
  const sum = { files: one.files + other.files, bytes: one.bytes + other.bytes };
  if (one.compared === undefined || other.compared === undefined) return sum;
  const { checksum, etag, size } = other.compared;
  return {
    ...sum,
    compared: {
      checksum: one.compared.checksum + checksum,
      etag: one.compared.etag + etag,
      size: one.compared.size + size,
    },
  };
}

interface Sized {
  readonly folder: Uri;
  readonly only?: readonly string[] | undefined;
}

export async function sizeOfAll(parts: readonly Sized[], checkpoints: Checkpoints): Promise<StagedCopy> {
  const sizes = await Promise.all(parts.map(({ folder, only }) => sizeOf(folder, checkpoints, only)));
  return sumOf(sizes);
}

/** The size of a checkpoint; `only`: of these files in its folder. */
export async function sizeOf(
  checkpoint: Uri,
  checkpoints: Checkpoints,
  only: readonly string[] | undefined = isFile(checkpoint) ? [nameOf(checkpoint)] : undefined,
): Promise<StagedCopy> {
  const all = await checkpoints.files(folderOf(checkpoint));
  const files = only === undefined ? all : all.filter(({ name }) => only.includes(name));
  return { files: files.length, bytes: files.reduce((sum, { size }) => sum + size, 0) };
}
