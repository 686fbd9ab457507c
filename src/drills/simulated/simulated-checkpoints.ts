import { OpsError } from '../../errors.ts';
import type { FrozenFile } from '../../ports/basis.ts';
import type { ByteRange, CheckpointCopies, S3Uri, StagedFiles, StoredFile } from '../../ports/ports.ts';
import type { Simulation } from '../simulation.ts';
import { below, objectsOf, type SimulatedObject, write } from './objects.ts';

/** Checkpoint folders in the simulated S3. */
export function simulatedCheckpoints(simulation: Simulation): CheckpointCopies {
  const files = async (folder: S3Uri): Promise<readonly StoredFile[]> =>
    below(await objectsOf(simulation), folder).map(([name, object]) => fileOf(name, object));
  return {
    files,
    folders: async (uri) => {
      const names = (await files(uri)).flatMap(({ name }) =>
        name.includes('/') ? [name.slice(0, name.indexOf('/'))] : [],
      );
      return [...new Set(names)].toSorted();
    },
    filesBeside: async (uri) => (await files(uri)).filter(({ name }) => !name.includes('/')),
    uploadsInFlight: async () => [],
    read: async (folder, { name, etag }, range) => {
      const object = (await objectsOf(simulation)).get(`${folder}${name}`);
      if (object?.etag !== etag) throw new OpsError('checkpoint-changed', `${folder}${name}`);
      return rangeOf(object.bytes, range);
    },
    place: async (folder, { name, bytes }, token) => {
      token.requireCheckpointFolder(folder);
      await token.confirm();
      await write(simulation, `${folder}${name}`, { bytes });
    },
    stage: async (from, to, token, copied) => {
      token.requireCheckpointFolder(to);
      await token.confirm();
      await copy(simulation, { from: await files(from), to, at: from }, copied);
      const copies = await files(to);
      const bytes = copies.reduce((sum, { size }) => sum + size, 0);
      return { files: copies.length, bytes, compared: { checksum: 0, etag: copies.length, size: 0 } };
    },
  };
}

interface Copying {
  /** The present files of the source, and its address. */
  readonly from: readonly StoredFile[];
  readonly at: S3Uri;
  readonly to: S3Uri;
}

async function copy(
  simulation: Simulation,
  { from, at, to }: Copying,
  { edits = [], frozen = from }: StagedFiles = {},
): Promise<void> {
  if (frozen.length === 0) throw new OpsError('no-checkpoint', at);
  const isThere = (wanted: FrozenFile): boolean =>
    from.some(({ name, etag }) => name === wanted.name && etag === wanted.etag);
  const changed = frozen.find((file) => !isThere(file));
  if (changed !== undefined) throw new OpsError('basis-changed', `${changed.name} in ${at}`);
  for (const { name, bytes } of edits) await write(simulation, `${to}${name}`, { bytes });
  for (const { name } of frozen) await write(simulation, `${to}${name}`, { copyOf: `${at}${name}` });
}

function fileOf(name: string, { bytes, modifiedAt, etag }: SimulatedObject): StoredFile {
  return { name, size: bytes.length, modifiedAt, etag };
}

function rangeOf(bytes: Uint8Array, range: ByteRange): Uint8Array {
  const start = 'last' in range ? Math.max(0, bytes.length - range.last) : range.start;
  return bytes.slice(start, 'last' in range ? undefined : start + range.length);
}
