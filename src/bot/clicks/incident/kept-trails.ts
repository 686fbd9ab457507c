import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { checkedRecords } from '../../../audit/trail/export-trail.ts';
import { createTrailReader, type TrailRecord } from '../../../incidents/record/trail-record.ts';
import type { BotServices } from '../../services.ts';
import { type Trail, trailPages } from '../../views/request/trail.ts';

/** The trail of an incident as Redis holds it now, with its hash chain checked. */
export type TrailOf = (incident: string) => Promise<Trail>;

/** Across all kept trails: some megabytes. */
const maxRecords = 5_000;

/**
 * Checking a trail and removing its secrets takes a tenth of a second for 300 entries, and people turn its pages. The
 * trail is kept with a hash of all stored bytes, so a change of any entry in Redis is still noticed at the next click.
 */
export function createKeptTrails(services: Pick<BotServices, 'store' | 'catalog'>): TrailOf {
  const kept = new LRUCache<string, { readonly bytes: string; readonly trail: Trail }>({
    maxSize: maxRecords,
    sizeCalculation: ({ trail }) => trail.records.length + 1,
  });
  return async (incident) => {
    const lines: string[] = [];
    for await (const line of services.store.lines(incident)) lines.push(line);
    const bytes = createHash('sha256').update(lines.join('\n')).digest('hex');
    const before = kept.get(incident);
    if (before?.bytes === bytes) return before.trail;
    const trail = await checkedTrail(services, incident, lines);
    kept.set(incident, { bytes, trail });
    return trail;
  };
}

async function checkedTrail(
  { catalog }: Pick<BotServices, 'catalog'>,
  incident: string,
  lines: readonly string[],
): Promise<Trail> {
  const records: TrailRecord[] = [];
  let broken: string | undefined;
  const reading = {
    readerFor: (name: string) => createTrailReader(name, catalog),
    onBreak: (problem: string) => {
      broken = problem;
    },
  };
  for await (const record of checkedRecords({ name: incident, lines: () => lines }, reading))
    records.push(record);
  return { incident, records, broken, pages: trailPages(records) };
}
