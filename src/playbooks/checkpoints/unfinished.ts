import { minutes } from '../in-words.ts';
import type { Finding } from './finding.ts';
import { marker } from './hf-trainer.ts';
import type { Listing } from './look.ts';

/** An upload that has not ended so long after the job has lost its sender. */
const uploadMs = 10 * 60_000;
/** S3 shows a finished upload at once: the marker comes seconds after the files before it, or never. */
const markerMs = 2 * 60_000;

export interface Moment {
  readonly now: number;
  /** When the job ended: after that nobody writes to its checkpoints. */
  readonly endedAt: number;
}

/** Pending findings while the checkpoint may still become whole; after that, what never came. */
export function unfinished(
  listing: Listing,
  inFlight: readonly string[],
  { now, endedAt }: Moment,
): Finding[] {
  const waited = now - endedAt;
  if (inFlight.length > 0 && waited < uploadMs)
    return inFlight.map((file) => ({ file, severity: 'pending', says: 'is still being uploaded' }));
  const newest = Math.max(endedAt, ...[...listing.files.values()].map((file) => file.modifiedAt));
  if (!listing.files.has(marker) && now - newest < markerMs)
    return [{ file: marker, severity: 'pending', says: 'is not there yet, and it is written last' }];
  return inFlight.map((file) => neverFinished(listing, file, waited));
}

/** A leftover beside a finished file is of an earlier try: SageMaker restarts a spot job in the same folder. */
function neverFinished({ files }: Listing, file: string, waited: number): Finding {
  if (files.has(file))
    return { file, severity: 'note', says: 'has an unfinished upload beside the finished one' };
  return {
    file,
    severity: 'invalid',
    says: `never finished uploading: ${minutes(waited / 60_000)} after the job ended it is still not there`,
  };
}
