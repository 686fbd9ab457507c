import { minutes } from '../../in-words.ts';
import { largest } from '../../ports/collections.ts';
import type { CheckpointFinding, Findings } from '../checkpoint-finding.ts';
import type { CheckpointView } from '../checkpoint-view.ts';
import { nameOf } from '../folders.ts';

/** An upload that has not ended this long after training stopped has lost its sender. */
const uploadMs = 10 * 60_000;
/** If files still arrive after the job has ended, the marker follows within this time or never. */
const markerMs = 2 * 60_000;

export interface TrainingTimes {
  readonly now: number;
  /** When the instances that wrote the checkpoints stopped training. */
  readonly trainedUntil: number;
  readonly endedAt: number;
}

/** How a layout shows that a checkpoint is finished. */
export interface FinishSign {
  /** The file in the checkpoint that is written last; absent if the layout has none. */
  readonly marker?: string;
  /** Whether something else shows it, such as a tracker next to the folder. */
  readonly finished?: (view: CheckpointView) => Promise<boolean>;
}

/** Returns pending findings while the checkpoint may still be completed, and after that, what never arrived. */
export async function unfinished(
  view: CheckpointView,
  inFlight: readonly string[],
  { now, trainedUntil, endedAt }: TrainingTimes,
  ending: FinishSign,
): Promise<Findings> {
  const waited = now - trainedUntil;
  if (inFlight.length > 0 && waited < uploadMs)
    return inFlight.map((file) => ({ file, severity: 'pending', says: 'is still being uploaded' }));
  const newest = largest([...view.files.values()].map((file) => file.modifiedAt));
  const stillArrives = newest > endedAt && now - newest < markerMs;
  if (stillArrives && !(await isFinished(view, ending))) return [awaited(view, ending)];
  return inFlight.map((file) => neverFinished(view, file, waited));
}

async function isFinished(view: CheckpointView, { marker, finished }: FinishSign): Promise<boolean> {
  if (marker !== undefined) return view.files.has(marker);
  return (await finished?.(view)) === true;
}

function awaited({ uri }: CheckpointView, { marker }: FinishSign): CheckpointFinding {
  return marker === undefined
    ? {
        file: nameOf(uri),
        severity: 'pending',
        says: 'was written to just now, and nothing marks it as finished',
      }
    : { file: marker, severity: 'pending', says: 'has not arrived yet, and it is written last' };
}

/** An upload next to a finished file is from an earlier attempt: SageMaker restarts spot jobs in the same folder. */
function neverFinished({ files }: CheckpointView, file: string, waited: number): CheckpointFinding {
  if (files.has(file))
    return { file, severity: 'note', says: 'has an unfinished upload next to the finished one' };
  return {
    file,
    severity: 'invalid',
    says: `never finished uploading: ${minutes(waited / 60_000)} after training stopped it is still incomplete`,
  };
}
