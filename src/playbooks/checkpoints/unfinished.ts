import { minutes } from '../in-words.ts';
import type { Finding } from './finding.ts';
import { marker } from './hf-trainer.ts';
import type { Listing } from './look.ts';

/** An upload that has not ended so long after training stopped has lost its sender. */
const uploadMs = 10 * 60_000;
/** Where files still arrive after the end of the job, the marker comes soon after them, or never. */
const markerMs = 2 * 60_000;

export interface Moment {
  readonly now: number;
  /** When the instances that wrote the checkpoints stopped training. */
  readonly trainedUntil: number;
  readonly endedAt: number;
}

/** Pending findings while the checkpoint may still become whole; after that, what never came. */
export function unfinished(
  listing: Listing,
  inFlight: readonly string[],
  { now, trainedUntil, endedAt }: Moment,
): Finding[] {
  const waited = now - trainedUntil;
  if (inFlight.length > 0 && waited < uploadMs)
    return inFlight.map((file) => ({ file, severity: 'pending', says: 'is still being uploaded' }));
  const newest = Math.max(...[...listing.files.values()].map((file) => file.modifiedAt));
  if (!listing.files.has(marker) && newest > endedAt && now - newest < markerMs)
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
    says: `never finished uploading: ${minutes(waited / 60_000)} after training stopped it is still not there`,
  };
}
