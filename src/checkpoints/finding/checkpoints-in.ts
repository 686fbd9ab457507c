import { largest } from '../../ports/collections.ts';
import type { Checkpoints, S3Uri, StoredFile } from '../../ports/ports.ts';
import { type CheckpointFolder, nameOf } from '../folders.ts';
import {
  folderForms,
  isEpochOnly,
  type NamedCheckpoint,
  namedAmong,
  numberOf,
  positionIn,
} from './checkpoint-names.ts';
import { fileCheckpoints } from './file-checkpoints.ts';
import { holdsTrainingState, isOneCheckpoint } from './training-files.ts';

/** The content of one folder as far as checkpoints go. */
export interface FolderContent {
  /** The checkpoints directly in it, newest first. */
  readonly found: readonly CheckpointFolder[];
  /** The names of all its folders. */
  readonly names: readonly string[];
  /** Whether the folder is one checkpoint by itself. */
  readonly isOne: boolean;
}

/** OpenRLHF: https://github.com/OpenRLHF/OpenRLHF/blob/main/openrlhf/trainer/ppo_trainer.py */
const [actor, critic] = ['_actor', '_critic'];

/** `doubtful`: the folder was not named by anyone, so what looks like a checkpoint must contain one. */
export async function checkpointsIn(
  checkpoints: Checkpoints,
  folder: S3Uri,
  doubtful = false,
): Promise<FolderContent> {
  const names = await checkpoints.folders(folder);
  const named = namedAmong(names, folderForms);
  const [first] = named;
  if (first !== undefined && (await isCheckpoint(checkpoints, folder, first, doubtful)))
    return { found: await inOrder(checkpoints, folder, named), names, isOne: false };
  if (names.includes(actor))
    return { found: await ofOpenrlhf(checkpoints, folder, names), names: [], isOne: false };
  const files = await checkpoints.filesBeside(folder);
  return {
    found: await fileCheckpoints(checkpoints, folder, files),
    names,
    isOne: isOneCheckpoint(files),
  };
}

async function ofOpenrlhf(
  checkpoints: Checkpoints,
  folder: S3Uri,
  names: readonly string[],
): Promise<CheckpointFolder[]> {
  const { found } = await checkpointsIn(checkpoints, `${folder}${actor}/`);
  const critics = ({ uri }: CheckpointFolder): S3Uri[] =>
    names.includes(critic) ? [`${folder}${critic}/${nameOf(uri)}/`] : [];
  return found.map((one) => ({ ...one, also: critics(one) }));
}

async function isCheckpoint(
  checkpoints: Checkpoints,
  folder: S3Uri,
  { name, form }: NamedCheckpoint,
  doubtful: boolean,
): Promise<boolean> {
  if (!doubtful && form.loose === undefined) return true;
  const files = await checkpoints.files(`${folder}${name}/`);
  // A year or a run number may hold the checkpoints of a run.
  const own = form.loose === undefined ? files : files.filter((file) => !isInCheckpoint(file));
  return holdsTrainingState(own);
}

function isInCheckpoint({ name }: StoredFile): boolean {
  const [first = ''] = name.split('/');
  return folderForms.some((form) => form.loose === undefined && positionIn(first, form) !== undefined);
}

/** A step that was written up to this long before an epoch counts as written at the same time. */
const sameTimeMs = 60_000;
/** Older ones are not worth resuming from, and each costs a request. */
const maxTimed = 20;

/** Epochs beside steps are merged by the time they were written; at equal times the step comes first. */
async function inOrder(
  checkpoints: Checkpoints,
  folder: S3Uri,
  named: readonly NamedCheckpoint[],
): Promise<CheckpointFolder[]> {
  const steps = named.filter(({ at }) => !isEpochOnly(at));
  const epochs = named.filter(({ at }) => isEpochOnly(at));
  const asFolders = (some: readonly NamedCheckpoint[]): CheckpointFolder[] =>
    some.map(({ name, at }) => ({ uri: `${folder}${name}/`, step: numberOf(at) }));
  if (steps.length === 0 || epochs.length === 0) return asFolders(named);
  const timed = async (some: readonly NamedCheckpoint[]): Promise<Timed[]> =>
    Promise.all(
      asFolders(some.slice(0, maxTimed)).map(async (one) => ({
        one,
        at: await writtenAt(checkpoints, one.uri),
      })),
    );
  return merged(await timed(steps), await timed(epochs));
}

interface Timed {
  readonly one: CheckpointFolder;
  readonly at: number;
}

async function writtenAt(checkpoints: Checkpoints, uri: S3Uri): Promise<number> {
  return largest((await checkpoints.files(uri)).map(({ modifiedAt }: StoredFile) => modifiedAt));
}

/** Keeps the order within each list. */
function merged(steps: readonly Timed[], epochs: readonly Timed[]): CheckpointFolder[] {
  const [step, ...otherSteps] = steps;
  const [epoch, ...otherEpochs] = epochs;
  if (step === undefined || epoch === undefined) return [...steps, ...epochs].map(({ one }) => one);
  return epoch.at > step.at + sameTimeMs
    ? [epoch.one, ...merged(steps, otherEpochs)]
    : [step.one, ...merged(otherSteps, epochs)];
}
