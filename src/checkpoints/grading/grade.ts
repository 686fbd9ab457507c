import { z } from 'zod';
import { identityOf } from '../../ports/basis.ts';
import { largest } from '../../ports/collections.ts';
import type { Checkpoints, S3Uri } from '../../ports/ports.ts';
import { Finding, Grade, gradeOf, worstFirst } from '../checkpoint-finding.ts';
import { type Listing, lookAt, type Surroundings, surroundingsOf } from '../checkpoint-view.ts';
import { CheckpointFolder } from '../folders.ts';
import { openFile, placeOf, Tally } from '../formats/ranged-file.ts';
import { layoutOf } from '../layouts/detect.ts';
import { type Layout, LayoutName } from '../layouts/layout.ts';
import { baseOf, listCheckpoint, partsOf, uploadsInFlight } from './list-checkpoint.ts';
import { type Moment, unfinished } from './unfinished.ts';

export const Graded = CheckpointFolder.extend({
  grade: Grade,
  /** Journals from before there were several know one only. */
  layout: LayoutName.default('hf-trainer'),
  /** When its marker, or else its newest file, was written; absent: there is none. */
  committedAt: z.number().optional(),
  reasons: z.array(Finding),
  /** Of the files as they were graded, see `identityOf`; absent in journals of earlier versions. */
  identity: z.string().optional(),
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

/** All that grading one checkpoint needs to know besides its files. */
export interface GradeQuestion extends Moment {
  readonly folder: CheckpointFolder;
  readonly own: Listing;
  /** The checkpoints right before it. */
  readonly earlier: readonly Listing[];
  readonly worldSize: number | undefined;
}

/** A grade, and what finding it has cost. */
const GradedHere = z.object({ graded: Graded, bytes: z.number(), requests: z.number() });
export type GradedHere = z.infer<typeof GradedHere>;

/** Grades one of these checkpoints, highest step first, against those behind it; each folder is listed once. */
export function grader(
  grading: Grading,
): (folders: readonly CheckpointFolder[], index: number) => Promise<Graded> {
  const { checkpoints, tally, worldSize, now, trainedUntil, endedAt } = grading;
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
    const question = { folder, own, earlier, worldSize, now, trainedUntil, endedAt };
    if (checkpoints.grade === undefined) return gradeWith(question, checkpoints, { around, tally });
    const { graded, bytes, requests } = GradedHere.parse(await checkpoints.grade(question));
    tally.bytes += bytes;
    tally.requests += requests;
    return graded;
  };
}

/** Grades a checkpoint in this process. */
export async function gradeHere(question: GradeQuestion, checkpoints: Checkpoints): Promise<GradedHere> {
  const tally = new Tally();
  const graded = await gradeWith(question, checkpoints, {
    around: surroundingsOf(checkpoints, tally),
    tally,
  });
  return { graded, bytes: tally.bytes, requests: tally.requests };
}

async function gradeWith(
  question: GradeQuestion,
  checkpoints: Checkpoints,
  { around, tally }: { readonly around: Surroundings; readonly tally: Tally },
): Promise<Graded> {
  const { folder, own, earlier, worldSize } = question;
  const beside = partsOf(folder).map(around);
  const look = lookAt(own, { earlier, beside, worldSize }, (file) =>
    openFile(checkpoints, baseOf(folder), file, tally),
  );
  const layout = layoutOf(look);
  const inFlight = await uploadsInFlight(checkpoints, folder, tally);
  const early = await unfinished(look, inFlight, question, layout);
  const pending = early.some(({ severity }) => severity === 'pending');
  const refused = refusedIn(look, baseOf(folder), checkpoints);
  // Whoever still uploads may replace what is there now: nothing is read before that has ended.
  const reasons = pending ? early : [...early, ...(refused ?? (await layout.check(look)))];
  const committedAt = committed(look, layout);
  return {
    ...folder,
    grade: gradeOf(reasons),
    layout: layout.name,
    ...(committedAt !== undefined && { committedAt }),
    reasons: worstFirst(reasons).slice(0, mostReasons),
    identity: identityOf(look.files.values()),
  };
}

/** A file that ended an earlier reader: no trainer gets far with it either. */
function refusedIn({ files }: Listing, folder: S3Uri, { reading }: Checkpoints): Finding[] | undefined {
  for (const file of files.values()) {
    const why = reading?.refused(placeOf(folder, file));
    if (why !== undefined) return [{ file: file.name, severity: 'invalid', says: `cannot be read: ${why}` }];
  }
  return undefined;
}

function committed({ files }: Listing, { marker }: Layout): number | undefined {
  if (marker !== undefined) return files.get(marker)?.modifiedAt;
  return files.size === 0 ? undefined : largest([...files.values()].map((file) => file.modifiedAt));
}
