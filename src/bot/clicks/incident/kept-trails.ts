import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { type CheckedReader, createCheckedReader } from '../../../audit/trail/export-trail.ts';
import { createOneAtATime } from '../../../incidents/journal/one-at-a-time.ts';
import { createTrailReader, type TrailRecord } from '../../../incidents/record/trail-record.ts';
import type { BotServices } from '../../services.ts';
import { emptyTrail, longerTrail, type Trail } from '../../views/request/trail.ts';

/** The trail of an incident as Redis holds it now, with its hash chain checked. */
export type TrailOf = (incident: string) => Promise<Trail>;

/** A trail, and what is needed to read on where it ends. */
interface KeptTrail {
  readonly lines: number;
  /** Of all lines, as Redis stores them. */
  readonly bytes: string;
  readonly reader: CheckedReader;
  readonly trail: Trail;
}

type Services = Pick<BotServices, 'store' | 'catalog'>;

/** Across all kept trails: some tens of megabytes. */
const maxLines = 20_000;
/** As long as the first look at a trail of thousands of entries takes. */
const patienceMs = 2_000;

/**
 * Checking an entry, removing its secrets and laying it out takes a third of a millisecond, and people turn the pages of
 * trails that have thousands of entries and still grow. So the trail is kept, and only the lines that came later are read. A hash of
 * all stored bytes still shows every change of an older line in Redis at the next click: then all lines are read again.
 */
export function createKeptTrails(services: Services): TrailOf {
  const kept = new LRUCache<string, KeptTrail>({
    maxSize: maxLines,
    sizeCalculation: ({ lines }) => lines + 1,
  });
  const oneAtATime = createOneAtATime(patienceMs);
  return async (incident) =>
    oneAtATime(incident, async () => {
      const before = kept.get(incident) ?? unread(services, incident);
      // Its reader stands at the last line, so no two looks may share it.
      kept.delete(incident);
      const now = await readOn(services, before);
      kept.set(incident, now);
      return now.trail;
    });
}

async function readOn(services: Services, { reader, trail, lines, bytes }: KeptTrail): Promise<KeptTrail> {
  const { incident } = trail;
  const records: TrailRecord[] = [];
  const hash = createHash('sha256');
  const isAsBefore = (): boolean => hash.copy().digest('hex') === bytes;
  let read = 0;
  for await (const line of services.store.lines(incident)) {
    if (read === lines && !isAsBefore()) return readOn(services, unread(services, incident));
    hash.update(`${line}\n`);
    read += 1;
    const record = read > lines ? reader.read(line) : undefined;
    if (record !== undefined) records.push(record);
  }
  if (read <= lines && !isAsBefore()) return readOn(services, unread(services, incident));
  return {
    lines: read,
    bytes: hash.digest('hex'),
    reader,
    trail: longerTrail(trail, records, reader.problem()),
  };
}

function unread({ catalog }: Services, incident: string): KeptTrail {
  return {
    lines: 0,
    bytes: createHash('sha256').digest('hex'),
    reader: createCheckedReader(incident, (name) => createTrailReader(name, catalog)),
    trail: emptyTrail(incident),
  };
}
