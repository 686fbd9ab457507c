import { LRUCache } from 'lru-cache';
import { OpsError } from '../../errors.ts';
import { Entry } from '../model/events.ts';
import type { Incident } from '../model/incident.ts';
import { apply, incidentFrom } from '../model/reduce.ts';
import type { Chain, Place } from './chain-port.ts';

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

/** Reads the lines of an incident's journal from an index on, 0 for all. */
export type Lines = (id: string, from: number) => Promise<readonly string[]>;

export interface JournalReader {
  /** The journal as this process last saw it. It may have grown or been replaced since. */
  readonly cached: (id: string) => Journal | undefined;
  /** The journal if this process read or wrote it within the last `maxAgeMs`, without asking Redis. */
  readonly recent: (id: string, maxAgeMs: number) => Journal | undefined;
  /** Throws `journal-forged` and `journal-unreadable`. */
  readonly read: (id: string) => Promise<Journal | undefined>;
  /** The incidents whose journals are cached. */
  readonly ids: () => readonly string[];
  readonly forget: (id: string) => void;
  /** Updates the cache after a write, so that the written lines need not be read back. */
  readonly wrote: (id: string, journal: Journal, lastLine: string) => void;
}

/**
 * Reads only the new lines of a journal: existing lines never change, and the last one contains a hash of all lines
 * before it. If that line is no longer in place, Redis was restored or emptied, and the whole journal is read again.
 */
export function createJournalReader({ lines, chain, onLoss }: ReaderServices): JournalReader {
  const journals = new LRUCache<string, Known>({
    maxSize: maxEntries,
    sizeCalculation: ({ entries }) => entries.length,
  });
  const source = { lines, chain };
  return {
    cached: (id) => journals.get(id),
    recent: (id, maxAgeMs) => {
      const known = journals.get(id);
      return known !== undefined && performance.now() - known.seenAt < maxAgeMs ? known : undefined;
    },
    read: async (id) => {
      const known = journals.get(id);
      const grown = known && (await readNew(source, id, known));
      const read = grown ?? (await readAll(source, id));
      if (read !== undefined) journals.set(id, read);
      if (known === undefined || grown !== undefined) return read;
      // While the loss is handled, this process must not take the shorter journal for the whole one.
      if (read === undefined) journals.delete(id);
      return onLoss(id, known, read);
    },
    ids: () => [...journals.keys()],
    forget: (id) => void journals.delete(id),
    wrote: (id, journal, lastLine) => {
      // A concurrent reader may already have cached more entries.
      if ((journals.get(id)?.entries.length ?? 0) < journal.entries.length)
        journals.set(id, { ...journal, lastLine, seenAt: performance.now() });
    },
  };
}

interface ReaderServices extends Source {
  /** Called when Redis no longer has the last line that this process has seen. Returns the journal that stands. */
  readonly onLoss: (id: string, known: Journal, present: Journal | undefined) => Promise<Journal | undefined>;
}

interface Source {
  readonly lines: Lines;
  readonly chain: Chain;
}

async function readNew(source: Source, id: string, known: Known): Promise<Known | undefined> {
  const seenAt = performance.now();
  const [first, ...lines] = await source.lines(id, known.entries.length - 1);
  if (first !== known.lastLine) return undefined;
  if (lines.length === 0) return { ...known, seenAt };
  const added = entriesIn(source.chain, id, lines, known.entries);
  return {
    entries: [...known.entries, ...added],
    incident: replayed(id, () => added.reduce(apply, known.incident)),
    lastLine: lines.at(-1) ?? first,
    seenAt,
  };
}

/** Reads every line, ignoring the cache: for checks of the journal itself. */
export async function readAll(source: Source, id: string): Promise<Known | undefined> {
  const seenAt = performance.now();
  const lines = await source.lines(id, 0);
  if (lines.length === 0) return undefined;
  const entries = entriesIn(source.chain, id, lines, []);
  const incident = replayed(id, () => incidentFrom(entries));
  return { entries, incident, lastLine: lines.at(-1) ?? '', seenAt };
}

/** Redis is not believed: every line must continue the journal and prove who wrote it. */
function entriesIn(
  chain: Source['chain'],
  journal: string,
  lines: readonly string[],
  before: readonly Entry[],
): readonly Entry[] {
  let prev = before.at(-1)?.hash ?? chain.genesis;
  return lines.map((line, index) => {
    const entry = entryOf(chain, line, { journal, seq: before.length + index, prev });
    prev = entry.hash;
    return entry;
  });
}

/** Throws `journal-forged` and `journal-unreadable`. */
function entryOf(chain: Source['chain'], line: string, place: Place): Entry {
  try {
    const stored: unknown = JSON.parse(line);
    chain.check(stored, place);
    return Entry.parse(stored);
  } catch (cause) {
    if (cause instanceof OpsError) throw cause;
    throw new OpsError('journal-unreadable', `${place.journal}: entry ${place.seq}`, { cause });
  }
}

/** Throws `journal-unreadable`: what was written once was legal, unless another version wrote it. */
function replayed(id: string, replay: () => Incident): Incident {
  try {
    return replay();
  } catch (cause) {
    throw new OpsError('journal-unreadable', `${id}: ${String(cause)}`, { cause });
  }
}
