import { LRUCache } from 'lru-cache';
import { OpsError } from '../../errors.ts';
import { Entry } from '../model/events.ts';
import type { Incident } from '../model/incident.ts';
import { apply, incidentFrom } from '../model/reduce.ts';

export interface Journal {
  readonly entries: readonly Entry[];
  readonly incident: Incident;
}

interface Known extends Journal {
  /** The last line as stored in Redis. */
  readonly lastLine: string;
  /** When this process last compared it with Redis, by a clock that never steps. */
  readonly seenAt: number;
}

/** Across all cached journals: some tens of megabytes. */
const maxEntries = 10_000;

/** Reads the lines of a journal from an index on, 0 for all. */
export type Lines = (key: string, from: number) => Promise<readonly string[]>;

export interface JournalReader {
  /** The journal as this process last saw it. It may have grown or been replaced since. */
  readonly cached: (key: string) => Journal | undefined;
  /** The journal if this process read or wrote it within the last `maxAgeMs`, without asking Redis. */
  readonly recent: (key: string, maxAgeMs: number) => Journal | undefined;
  readonly read: (key: string) => Promise<Journal | undefined>;
  /** Updates the cache after a write, so that the written lines need not be read back. */
  readonly wrote: (key: string, journal: Journal, lastLine: string) => void;
}

/**
 * Reads only the new lines of a journal: existing lines never change, and the last one contains a hash of all lines
 * before it. If that line is no longer in place, Redis was restored or emptied, and the whole journal is read again.
 */
export function createJournalReader(lines: Lines): JournalReader {
  const journals = new LRUCache<string, Known>({
    maxSize: maxEntries,
    sizeCalculation: ({ entries }) => entries.length,
  });
  return {
    cached: (key) => journals.get(key),
    recent: (key, maxAgeMs) => {
      const known = journals.get(key);
      return known !== undefined && performance.now() - known.seenAt < maxAgeMs ? known : undefined;
    },
    read: async (key) => {
      const known = journals.get(key);
      const read = (known && (await readNew(lines, key, known))) ?? (await readAll(lines, key));
      if (read !== undefined) journals.set(key, read);
      return read;
    },
    wrote: (key, journal, lastLine) => {
      // A concurrent reader may already have cached more entries.
      if ((journals.get(key)?.entries.length ?? 0) < journal.entries.length)
        journals.set(key, { ...journal, lastLine, seenAt: performance.now() });
    },
  };
}

async function readNew(linesOf: Lines, key: string, known: Known): Promise<Known | undefined> {
  const seenAt = performance.now();
  const [first, ...lines] = await linesOf(key, known.entries.length - 1);
  if (first !== known.lastLine) return undefined;
  if (lines.length === 0) return { ...known, seenAt };
  const added = lines.map((line, index) => entryOf(key, line, known.entries.length + index));
  return {
    entries: [...known.entries, ...added],
    incident: replayed(key, () => added.reduce(apply, known.incident)),
    lastLine: lines.at(-1) ?? first,
    seenAt,
  };
}

/** Reads every line, ignoring the cache: for checks of the journal itself. */
export async function readAll(linesOf: Lines, key: string): Promise<Known | undefined> {
  const seenAt = performance.now();
  const lines = await linesOf(key, 0);
  if (lines.length === 0) return undefined;
  const entries = lines.map((line, index) => entryOf(key, line, index));
  const incident = replayed(key, () => incidentFrom(entries));
  return { entries, incident, lastLine: lines.at(-1) ?? '', seenAt };
}

/** Throws `journal-unreadable`. */
function entryOf(key: string, line: string, index: number): Entry {
  try {
    return Entry.parse(JSON.parse(line));
  } catch (cause) {
    throw new OpsError('journal-unreadable', `${key}: entry ${index}`, { cause });
  }
}

/** Throws `journal-unreadable`: what was written once was legal, unless it was changed or written by another version. */
function replayed(key: string, replay: () => Incident): Incident {
  try {
    return replay();
  } catch (cause) {
    throw new OpsError('journal-unreadable', `${key}: ${String(cause)}`, { cause });
  }
}
