import { z } from 'zod';
import type { Checkpoints } from '../ports.ts';
import { surroundingsOf } from './beside.ts';
import { Finding, Grade, gradeOf, worstFirst } from './finding.ts';
import { CheckpointFolder } from './folders.ts';
import { layoutOf } from './layouts/detect.ts';
import { type Layout, LayoutName } from './layouts/layout.ts';
import { baseOf, listCheckpoint, partsOf, uploadsInFlight } from './list-checkpoint.ts';
import { type Listing, type Look, lookAt } from './look.ts';
import { openFile, type Tally } from './ranged-file.ts';
import { type Moment, unfinished } from './unfinished.ts';

export const Graded = CheckpointFolder.extend({
  grade: Grade,
  /** Journals from before there were several know one only. */
  layout: LayoutName.default('hf-trainer'),
  /** When its marker, or else its newest file, was written; absent: there is none. */
  committedAt: z.number().optional(),
  reasons: z.array(Finding),
});
export type Graded = z.infer<typeof Graded>;

export interface Grading extends Moment {
  readonly checkpoints: Checkpoints;
  readonly worldSize: number | undefined;
  readonly tally: Tally;
}

/** How many earlier checkpoints are asked for their sizes. */
const compared = 2;
const mostReasons = 20;

/** Grades one of these checkpoints, highest step first, against those behind it; each folder is listed once. */
export function grader(
  grading: Grading,
): (folders: readonly CheckpointFolder[], index: number) => Promise<Graded> {
  const { checkpoints, tally, worldSize } = grading;
  const around = surroundingsOf(checkpoints, tally);
  const listings = new Map<string, Promise<Listing>>();
  const listed = async (folder: CheckpointFolder): Promise<Listing> => {
    const found = listings.get(folder.uri) ?? listCheckpoint(checkpoints, folder, tally);
    listings.set(folder.uri, found);
    return found;
  };
  return async (folders, index) => {
    const [folder, ...before] = folders.slice(index, index + 1 + compared);
    if (folder === undefined) throw new RangeError(`there is no checkpoint ${index}`);
    const own = await listed(folder);
    const earlier = await Promise.all(before.map(listed));
    const beside = partsOf(folder).map(around);
    const look = lookAt(own, { earlier, beside, worldSize }, (file) =>
      openFile(checkpoints, baseOf(folder), file, tally),
    );
    return gradeLook(look, folder, grading);
  };
}

async function gradeLook(look: Look, folder: CheckpointFolder, grading: Grading): Promise<Graded> {
  const { checkpoints, tally } = grading;
  const layout = layoutOf(look);
  const inFlight = await uploadsInFlight(checkpoints, folder, tally);
  const early = await unfinished(look, inFlight, grading, layout);
  const pending = early.some(({ severity }) => severity === 'pending');
  // Whoever still uploads may replace what is there now: nothing is read before that has ended.
  const reasons = pending ? early : [...early, ...(await layout.check(look))];
  const committedAt = committed(look, layout);
  return {
    ...folder,
    grade: gradeOf(reasons),
    layout: layout.name,
    ...(committedAt !== undefined && { committedAt }),
    reasons: worstFirst(reasons).slice(0, mostReasons),
  };
}

function committed({ files }: Listing, { marker }: Layout): number | undefined {
  if (marker !== undefined) return files.get(marker)?.modifiedAt;
  return files.size === 0 ? undefined : Math.max(...[...files.values()].map((file) => file.modifiedAt));
}
