import { z } from 'zod';
import { identityOf } from '../../ports/basis.ts';
import { largest } from '../../ports/collections.ts';
import type { Checkpoints, S3Uri } from '../../ports/ports.ts';
import {
  CheckpointFinding,
  CheckpointGrade,
  type Findings,
  gradeOf,
  worstFirst,
} from '../checkpoint-finding.ts';
import { type Listing, type SiblingsOf, siblingLister, viewOf } from '../checkpoint-view.ts';
import { CheckpointFolder } from '../folders.ts';
import { locationOf, openFile, ReadCost } from '../formats/ranged-file.ts';
import { layoutOf } from '../layouts/detect.ts';
import { type Layout, LayoutName } from '../layouts/layout.ts';
import { checkMarkers } from './completion.ts';
import { baseOf, listCheckpoint, partsOf, uploadsInFlight } from './list-checkpoint.ts';
import { type TrainingTimes, unfinished } from './unfinished.ts';

export const GradedCheckpoint = CheckpointFolder.extend({
  grade: CheckpointGrade,
  /** Journals from before Relight knew several layouts have no layout; they all mean this one. */
  layout: LayoutName.default('hf-trainer'),
  /** When the marker, or else the newest file, was written. Absent if there is none. */
  committedAt: z.number().optional(),
  reasons: z.array(CheckpointFinding),
  /** Fingerprint of the graded files, see `identityOf`. Absent in journals of earlier versions. */
  identity: z.string().optional(),
});
export type GradedCheckpoint = z.infer<typeof GradedCheckpoint>;

export interface GradingContext extends TrainingTimes {
  readonly checkpoints: Checkpoints;
  readonly worldSize: number | undefined;
  readonly cost: ReadCost;
}

/** How many earlier checkpoints the sizes are compared with. */
const compared = 2;
const maxReasons = 20;

/** Everything needed to grade one checkpoint, besides the content of its files. */
export interface GradeRequest extends TrainingTimes {
  readonly folder: CheckpointFolder;
  readonly own: Listing;
  /** The checkpoints just before it. */
  readonly earlier: readonly Listing[];
  readonly worldSize: number | undefined;
}

/** A grade and the S3 reads it cost. */
const GradeResult = z.object({ graded: GradedCheckpoint, bytes: z.number(), requests: z.number() });
export type GradeResult = z.infer<typeof GradeResult>;

/** Grades one of these checkpoints, highest step first, against the ones before it. Lists each folder once. */
export function grader(
  grading: GradingContext,
): (folders: readonly CheckpointFolder[], index: number) => Promise<GradedCheckpoint> {
  const { checkpoints, cost, worldSize, now, trainedUntil, endedAt } = grading;
  const around = siblingLister(checkpoints, cost);
  const listings = new Map<string, Promise<Listing>>();
  const listed = async (folder: CheckpointFolder): Promise<Listing> => {
    const found = listings.get(folder.uri) ?? listCheckpoint(checkpoints, folder, cost);
    listings.set(folder.uri, found);
    return found;
  };
  return async (folders, index) => {
    const [folder, ...before] = folders.slice(index, index + 1 + compared);
    if (folder === undefined) throw new RangeError(`there is no checkpoint ${index}`);
    const own = await listed(folder);
    const earlier = await Promise.all(before.map(listed));
    const request = { folder, own, earlier, worldSize, now, trainedUntil, endedAt };
    if (checkpoints.grade === undefined) return gradeWith(request, checkpoints, { around, cost });
    const { graded, bytes, requests } = GradeResult.parse(await checkpoints.grade(request));
    cost.bytes += bytes;
    cost.requests += requests;
    return graded;
  };
}

/** Grades a checkpoint in this process. */
export async function gradeHere(request: GradeRequest, checkpoints: Checkpoints): Promise<GradeResult> {
  const cost = new ReadCost();
  const graded = await gradeWith(request, checkpoints, {
    around: siblingLister(checkpoints, cost),
    cost,
  });
  return { graded, bytes: cost.bytes, requests: cost.requests };
}

async function gradeWith(
  request: GradeRequest,
  checkpoints: Checkpoints,
  { around, cost }: { readonly around: SiblingsOf; readonly cost: ReadCost },
): Promise<GradedCheckpoint> {
  const { folder, own, earlier, worldSize } = request;
  const siblings = partsOf(folder).map(around);
  const view = viewOf(own, { earlier, siblings, worldSize }, (file) =>
    openFile(checkpoints, baseOf(folder), file, cost),
  );
  const layout = layoutOf(view);
  const inFlight = await uploadsInFlight(checkpoints, folder, cost);
  const early = await unfinished(view, inFlight, request, layout);
  const pending = early.some(({ severity }) => severity === 'pending');
  const refused = refusedIn(view, baseOf(folder), checkpoints);
  // An upload in progress may replace the existing files, so nothing is read until it has ended.
  const reasons = pending
    ? early
    : [...early, ...checkMarkers(view), ...(refused ?? (await layout.check(view)))];
  const committedAt = committed(view, layout);
  return {
    ...folder,
    grade: gradeOf(reasons),
    layout: layout.name,
    ...(committedAt !== undefined && { committedAt }),
    reasons: worstFirst(reasons).slice(0, maxReasons),
    identity: identityOf(view.files.values()),
  };
}

/** A file that crashed an earlier reader. A trainer will not get far with it either. */
function refusedIn({ files }: Listing, folder: S3Uri, { reading }: Checkpoints): Findings | undefined {
  for (const file of files.values()) {
    const why = reading?.refused(locationOf(folder, file));
    if (why !== undefined) return [{ file: file.name, severity: 'invalid', says: `cannot be read: ${why}` }];
  }
  return undefined;
}

function committed({ files }: Listing, { marker }: Layout): number | undefined {
  if (marker !== undefined) return files.get(marker)?.modifiedAt;
  return files.size === 0 ? undefined : largest([...files.values()].map((file) => file.modifiedAt));
}
