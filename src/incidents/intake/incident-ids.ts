import { createHash } from 'node:crypto';

/** More incidents than one job will ever have. */
const generations = 1_000;

/**
 * The ids that incidents of a job have, one after the other: they follow from the job's name and the count of its
 * earlier incidents, so that every process and every path arrives at the same ones without a lock.
 */
export function* incidentIds(region: string, job: string): Generator<string> {
  for (let generation = 0; generation < generations; generation += 1)
    yield incidentId(region, job, generation);
}

/** `rl-` and 8 letters and digits that cannot be mistaken for one another when read aloud. */
function incidentId(region: string, job: string, generation: number): string {
  const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789';
  const digest = createHash('sha256')
    .update(JSON.stringify([region, job, generation]))
    .digest();
  return `rl-${Array.from(digest.subarray(0, 8), (byte) => alphabet.charAt(byte % alphabet.length)).join('')}`;
}
