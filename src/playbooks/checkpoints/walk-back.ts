import { z } from 'zod';
import type { Checkpoints } from '../ports.ts';
import { Finding, Grade, gradeOf, worstFirst } from './finding.ts';
import { CheckpointFolder } from './folders.ts';
import { checkHfCheckpoint, marker } from './hf-trainer.ts';
import { type Listing, lookAt } from './look.ts';
import { openFile, type Tally } from './ranged-file.ts';
import { type Moment, unfinished } from './unfinished.ts';

export const Graded = CheckpointFolder.extend({
  grade: Grade,
  /** When its marker was written; absent: it never was. */
  committedAt: z.number().optional(),
  reasons: z.array(Finding),
});
export type Graded = z.infer<typeof Graded>;

export interface Walk extends Moment {
  readonly checkpoints: Checkpoints;
  /** Highest step first. */
  readonly folders: readonly CheckpointFolder[];
  readonly rpoMinutes: number;
  readonly worldSize: number | undefined;
  readonly tally: Tally;
}

/** How many earlier checkpoints are asked for their sizes. */
const compared = 2;
const mostReasons = 20;

/**
 * Grades from the newest checkpoint back, until one is valid, one is pending, or whatever comes is too old to win
 * over a degraded one that was met already.
 */
export async function walkBack(walk: Walk): Promise<Graded[]> {
  const listings = new Map<string, Promise<Listing>>();
  const graded: Graded[] = [];
  for (const [index, folder] of walk.folders.entries()) {
    const own = await listed(walk, folder, listings);
    const before = walk.folders.slice(index + 1, index + 1 + compared);
    const earlier = await Promise.all(before.map((each) => listed(walk, each, listings)));
    const next = await grade(walk, own, earlier);
    graded.push(next);
    if (next.grade === 'valid' || next.grade === 'pending' || tooOld(next, graded, walk.rpoMinutes)) break;
  }
  return graded;
}

/** A valid checkpoint wins over a newer degraded one, unless that costs more than twice the RPO. */
export function choose(graded: readonly Graded[], rpoMinutes: number): Graded | undefined {
  const valid = graded.find(({ grade }) => grade === 'valid');
  const degraded = graded.find(({ grade }) => grade === 'degraded');
  if (valid === undefined || degraded === undefined) return valid ?? degraded;
  const costMs = (degraded.committedAt ?? 0) - (valid.committedAt ?? 0);
  return degraded.step > valid.step && costMs > twice(rpoMinutes) ? degraded : valid;
}

function twice(rpoMinutes: number): number {
  return 2 * rpoMinutes * 60_000;
}

function tooOld(last: Graded, graded: readonly Graded[], rpoMinutes: number): boolean {
  const degraded = graded.find(({ grade }) => grade === 'degraded');
  if (degraded?.committedAt === undefined || last.committedAt === undefined) return false;
  return degraded.committedAt - last.committedAt > twice(rpoMinutes);
}

async function grade(walk: Walk, own: Listing, earlier: readonly Listing[]): Promise<Graded> {
  walk.tally.requests += 1;
  const early = unfinished(own, await walk.checkpoints.uploadsInFlight(own.uri), walk);
  const pending = early.some(({ severity }) => severity === 'pending');
  const look = lookAt(own, earlier, walk.worldSize, (file) =>
    openFile(walk.checkpoints, own.uri, file, walk.tally),
  );
  // Whoever still uploads may replace what is there now: nothing is read before that has ended.
  const reasons = pending ? early : [...early, ...(await checkHfCheckpoint(look))];
  const committedAt = own.files.get(marker)?.modifiedAt;
  return {
    uri: own.uri,
    step: own.step,
    grade: gradeOf(reasons),
    ...(committedAt !== undefined && { committedAt }),
    reasons: worstFirst(reasons).slice(0, mostReasons),
  };
}

async function listed(
  walk: Walk,
  folder: CheckpointFolder,
  listings: Map<string, Promise<Listing>>,
): Promise<Listing> {
  const found = listings.get(folder.uri) ?? list(walk, folder);
  listings.set(folder.uri, found);
  return found;
}

async function list({ checkpoints, tally }: Walk, { uri, step }: CheckpointFolder): Promise<Listing> {
  tally.requests += 1;
  const files = await checkpoints.files(uri);
  return { uri, step, files: new Map(files.map((file) => [file.name, file])) };
}
