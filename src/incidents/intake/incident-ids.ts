import { createHash } from 'node:crypto';
import type { IncidentStore } from '../journal/store.ts';
import { isOpen } from '../model/incident.ts';

/** Upper bound on the incidents of one job. */
const generations = 1_000;

/**
 * The ids of a job's incidents, in order. Each id derives from the job's name and the number of its earlier incidents,
 * so every process and every delivery path computes the same ids without a lock.
 */
export function* incidentIds(region: string, job: string): Generator<string> {
  for (let generation = 0; generation < generations; generation += 1)
    yield incidentId(region, job, generation);
}

/** `rl-` and 8 letters and digits that are hard to confuse when read aloud. */
function incidentId(region: string, job: string, generation: number): string {
  const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789';
  const digest = createHash('sha256')
    .update(JSON.stringify([region, job, generation]))
    .digest();
  return `rl-${Array.from(digest.subarray(0, 8), (byte) => alphabet.charAt(byte % alphabet.length)).join('')}`;
}

/** The job's open incident; a job has at most one. */
export async function openIncident(
  { store, region }: { readonly store: Pick<IncidentStore, 'find' | 'tombstones'>; readonly region: string },
  job: string,
): Promise<string | undefined> {
  for (const id of incidentIds(region, job)) {
    const incident = await store.find(id);
    if (incident === undefined && (await store.tombstones.find(id)) === undefined) return undefined;
    if (incident !== undefined && isOpen(incident)) return id;
  }
  return undefined;
}
