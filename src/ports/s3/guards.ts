import { OpsError } from '../../errors.ts';
import type { S3Uri } from '../basics.ts';
import type { CheckpointCopies, Checkpoints } from '../checkpoints.ts';
import type { Datasets, SourceArchives } from '../datasets.ts';
import type { ModelChanges } from '../models.ts';
import type { TrainingChanges } from '../training.ts';
import { isWithin } from './address.ts';
import type { Locations } from './locations.ts';

/** The same port, for the folders that these locations allow. */
export function guardedReads(checkpoints: Checkpoints, locations: Locations): Checkpoints {
  const { grade } = checkpoints;
  const read = (uri: S3Uri): Promise<void> => locations.requireRead(uri);
  return {
    ...checkpoints,
    folders: async (uri) => read(uri).then(async () => checkpoints.folders(uri)),
    filesBeside: async (uri) => read(uri).then(async () => checkpoints.filesBeside(uri)),
    files: async (folder) => read(folder).then(async () => checkpoints.files(folder)),
    uploadsInFlight: async (folder) => read(folder).then(async () => checkpoints.uploadsInFlight(folder)),
    read: async (folder, file, range) => read(folder).then(async () => checkpoints.read(folder, file, range)),
    ...(grade !== undefined && {
      grade: async (question) => {
        for (const uri of addressesIn(question)) await read(uri);
        return grade(question);
      },
    }),
  };
}

/** A copy is read and written under both rules. */
export function guardedCheckpoints(checkpoints: CheckpointCopies, locations: Locations): CheckpointCopies {
  return {
    ...guardedReads(checkpoints, locations),
    place: async (folder, file, token) => {
      await locations.requireWrite(folder);
      return checkpoints.place(folder, file, token);
    },
    stage: async (from, to, token, copied) => {
      await locations.requireFor('checkpoints', from, 'to be copied');
      await locations.requireWrite(to);
      return checkpoints.stage(from, to, token, copied);
    },
  };
}

/** Every S3 address in a question that another process answers. */
function addressesIn(question: unknown): readonly S3Uri[] {
  if (typeof question === 'string') return question.startsWith('s3://') ? [question as S3Uri] : [];
  if (question instanceof Map) return [...question.values()].flatMap(addressesIn);
  if (typeof question !== 'object' || question === null) return [];
  return Object.values(question).flatMap(addressesIn);
}

export function guardedDatasets(datasets: Datasets, locations: Locations): Datasets {
  return {
    ...datasets,
    objects: async (uri) => {
      await locations.requireRead(uri);
      return datasets.objects(uri);
    },
    open: async function* open(object, range) {
      await locations.requireRead(object.uri);
      yield* datasets.open(object, range);
    },
  };
}

/** For a process that reads users' files: what a manifest names must lie in a folder that its job may read. */
export function datasetsWithin(datasets: Datasets, folders: readonly S3Uri[] | undefined): Datasets {
  if (folders === undefined) return datasets;
  const require = (uri: S3Uri): void => {
    if (folders.some((folder) => isWithin(uri, folder))) return;
    throw new OpsError(
      's3-not-allowed',
      `${uri} (named by a manifest) is in none of the locations that the job may read: ${folders.join(', ')}`,
    );
  };
  return {
    ...datasets,
    objects: async (uri) => {
      require(uri);
      return datasets.objects(uri);
    },
    open: (object, range) => {
      require(object.uri);
      return datasets.open(object, range);
    },
  };
}

export function guardedArchives(archives: SourceArchives, locations: Locations): SourceArchives {
  return {
    place: async (uri, chunks, token) => {
      await locations.requireWrite(uri);
      return archives.place(uri, chunks, token);
    },
  };
}

/** Learns from each description which buckets the job uses. */
export function notedTraining(training: TrainingChanges, locations: Locations): TrainingChanges {
  return {
    ...training,
    describe: async (name) => {
      const job = await training.describe(name);
      locations.note(job);
      return job;
    },
    find: async (name) => {
      const job = await training.find(name);
      if (job !== undefined) locations.note(job);
      return job;
    },
  };
}

/** A version whose files lie elsewhere cannot be approved: every change of a model freezes its version first. */
export function guardedModels(models: ModelChanges, locations: Locations): ModelChanges {
  return {
    ...models,
    packageNow: async (arn) => {
      const now = await models.packageNow(arn);
      for (const { model } of now.containers)
        if (model !== undefined) await locations.requireModel(model, `the files of ${arn}`);
      return now;
    },
  };
}
