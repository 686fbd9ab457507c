import { OpsError } from '../../errors.ts';
import { sizeInWords } from '../../in-words.ts';
import type { S3Uri } from '../../ports/basics.ts';
import type { Datasets, StoredObject } from '../../ports/datasets.ts';
import { archiveLimits, eachEntry, isRequirements, requirementsIn } from './tar-entries.ts';

/** The parts of `sourcedir.tar.gz` that a pin needs. */
export interface SourceArchive {
  readonly object: StoredObject;
  /** The text of requirements.txt; absent if the archive has none. */
  readonly requirements?: string;
  /** Names of the Python files and folders in it, e.g. `rewards`. */
  readonly modules: ReadonlySet<string>;
}

/** Reads the archive as a stream: the memory in use does not depend on its size. */
export async function readArchive(uri: S3Uri, datasets: Datasets): Promise<SourceArchive> {
  const object = (await datasets.objects(uri)).find((one) => one.uri === uri);
  if (object === undefined) throw new OpsError('source-unusable', `there is no object ${uri}`);
  if (object.size > archiveLimits.packed)
    throw new OpsError(
      'source-unusable',
      `${uri} has ${sizeInWords(object.size)}; Relight changes up to ${sizeInWords(archiveLimits.packed)}`,
    );
  const modules = new Set<string>();
  let requirements: string | undefined;
  await eachEntry(datasets.open(object), async (entry) => {
    for (const part of entry.header.name.slice(0, 1024).split('/')) modules.add(part.replace(/\.py$/, ''));
    if (isRequirements(entry.header)) requirements = await requirementsIn(entry);
    else entry.resume();
  });
  return { object, modules, ...(requirements !== undefined && { requirements }) };
}
