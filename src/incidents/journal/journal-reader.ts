import { LRUCache } from 'lru-cache';
import { Entry } from '../model/events.ts';
import type { Incident } from '../model/incident.ts';
import { apply, incidentFrom } from '../model/reduce.ts';

/** A journal, and the incident that it adds up to. */
export interface Journal {
  readonly entries: readonly Entry[];
  readonly incident: Incident;
}

interface Known extends Journal {
  /** As it stands in Redis. */
  readonly lastLine: string;
}

/** Of all journals together: some tens of megabytes. */
const mostEntries = 10_000;

/** The lines of a journal from an index on, 0 for all. */
export type Lines = (key: string, from: number) => Promise<readonly string[]>;

export interface JournalReader {
  /** As it was when this process last saw it; it may have grown since, or be another one. */
  readonly cached: (key: string) => Journal | undefined;
  readonly read: (key: string) => Promise<Journal | undefined>;
  /** This is how it stands since we have written to it: what we wrote need not be read. */
  readonly wrote: (key: string, journal: Journal, lastLine: string) => void;
}

/**
 * Reads a journal from where it was left: nothing in it ever changes, and its last line holds a hash of all before it.
 * Where that line no longer stands in its place, Redis was restored or emptied, and everything is read anew.
 */
export function createJournalReader(lines: Lines): JournalReader {
  const journals = new LRUCache<string, Known>({
    maxSize: mostEntries,
    sizeCalculation: ({ entries }) => entries.length,
  });
  return {
    cached: (key) => journals.get(key),
    read: async (key) => {
      const known = journals.get(key);
      const read = (known && (await goOn(lines, key, known))) ?? (await readAll(lines, key));
      if (read !== undefined) journals.set(key, read);
      return read;
    },
    wrote: (key, journal, lastLine) => {
      // A reader that was faster may know of more.
      if ((journals.get(key)?.entries.length ?? 0) < journal.entries.length)
        journals.set(key, { ...journal, lastLine });
    },
  };
}

async function goOn(linesOf: Lines, key: string, known: Known): Promise<Known | undefined> {
  const [first, ...lines] = await linesOf(key, known.entries.length - 1);
  if (first !== known.lastLine) return undefined;
  if (lines.length === 0) return known;
  const added = lines.map(entryOf);
  return {
    entries: [...known.entries, ...added],
    incident: added.reduce(apply, known.incident),
    lastLine: lines.at(-1) ?? first,
  };
}

/** Every line of it, whatever is known: for whoever checks the journal itself. */
export async function readAll(linesOf: Lines, key: string): Promise<Known | undefined> {
  const lines = await linesOf(key, 0);
  if (lines.length === 0) return undefined;
  const entries = lines.map(entryOf);
  return { entries, incident: incidentFrom(entries), lastLine: lines.at(-1) ?? '' };
}

function entryOf(line: string): Entry {
  return Entry.parse(JSON.parse(line));
}
