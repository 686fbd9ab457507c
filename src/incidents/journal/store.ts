import type { Redis } from 'ioredis';
import { OpsError } from '../../errors.ts';
import type { Clock } from '../../ports/ports.ts';
import type { Entry, IncidentEvent, Opened } from '../model/events.ts';
import type { Incident } from '../model/incident.ts';
import type { Chain } from './chain-port.ts';
import { idsAlike } from './fingerprint-index.ts';
import { createJournalReader, type Journal, type Lines, readAll } from './journal-reader.ts';
import { allKey, applyEvents, journalKey, openKey, write } from './journal-writer.ts';
import { createOneAtATime } from './one-at-a-time.ts';
import { pagedLines } from './paged-lines.ts';
import { type Restored, restoreJournal } from './restore.ts';
import { type Decision, known, type Transacted, transact, transactOnCached } from './transactions.ts';

export type { Decision } from './transactions.ts';

export interface IncidentStore {
  /** Opens the incident, or returns the existing one with this id. One process wins. */
  readonly open: (
    events: readonly [Opened, ...IncidentEvent[]],
  ) => Promise<{ readonly incident: Incident; readonly isNew: boolean }>;
  readonly find: (id: string) => Promise<Incident | undefined>;
  /** Throws `incident-unknown`. */
  readonly load: (id: string) => Promise<Incident>;
  /** Every entry, read again: those of old incidents need not be kept in memory. */
  readonly journal: (id: string) => Promise<readonly Entry[]>;
  /** The entries of an incident that people work on, of which only new ones are read; undefined if there is none. */
  readonly findJournal: (id: string) => Promise<Journal | undefined>;
  /** The lines of the journal as stored, read page by page: for checks that must not trust them. */
  readonly lines: (id: string) => AsyncIterable<string>;
  /** At most `count` lines as stored, from this entry on. */
  readonly linesFrom: (id: string, first: number, count: number) => Promise<readonly string[]>;
  /** Writes back the lines that Redis lost, from a copy outside of Redis. Throws `journal-forged` and `journal-unreadable`. */
  readonly restore: (id: string, lines: readonly string[]) => Promise<Restored>;
  /** Reads the current state, decides, and writes by compare-and-set; starts over if another writer was faster. */
  readonly transact: <A>(id: string, decide: (incident: Incident) => Decision<A>) => Promise<Transacted<A>>;
  /** Like `transact`, for a decision without an answer: returns the incident with the events added. */
  readonly record: (
    id: string,
    eventsOf: (incident: Incident) => readonly IncidentEvent[],
  ) => Promise<Incident>;
  /**
   * Like `transact`, but returns undefined if the incident does not exist. Decides on the cached state first and writes
   * without a read, so use it only for events that may be recorded late.
   */
  readonly amend: <A>(
    id: string,
    decide: (incident: Incident) => Decision<A>,
  ) => Promise<Transacted<A> | undefined>;
  /** Newest first. */
  readonly ids: (which: 'open' | 'all') => Promise<readonly string[]>;
  /** The newest incidents with a diagnosis of this fingerprint, oldest first. */
  readonly alike: (fingerprint: string) => Promise<readonly string[]>;
}

/** A healthy Redis takes a write within a few milliseconds. */
const courtesyMs = 250;

export function createIncidentStore(redis: Redis, chain: Chain, clock: Clock): IncidentStore {
  const lines: Lines = async (id, from) => redis.lrange(journalKey(id), from, -1);
  const journals = createJournalReader(lines, chain);
  const services = { redis, journals, chain, clock };
  const oneAtATime = createOneAtATime(courtesyMs);
  return {
    journal: async (id) => (await readAll({ lines, chain }, id))?.entries ?? [],
    lines: (id) => pagedLines(redis, journalKey(id)),
    linesFrom: async (id, first, count) => redis.lrange(journalKey(id), first, first + count - 1),
    restore: async (id, lines) => restoreJournal({ redis, chain }, id, lines),
    find: async (id) => (await journals.read(id))?.incident,
    findJournal: async (id) => journals.read(id),
    load: async (id) => (await known(journals, id)).incident,
    open: async (events) => {
      const id = events[0].incident;
      const opened = await write(services, id, undefined, applyEvents(services, id, undefined, events));
      if (opened !== undefined) return { incident: opened.incident, isNew: true };
      return { incident: (await known(journals, id)).incident, isNew: false };
    },
    transact: async (id, decide) => oneAtATime(id, async () => transact(services, id, decide)),
    record: async (id, eventsOf) => {
      const decide = (present: Incident) => ({ events: eventsOf(present), answer: undefined });
      return (await oneAtATime(id, async () => transact(services, id, decide))).incident;
    },
    amend: async (id, decide) =>
      oneAtATime(
        id,
        async () => (await transactOnCached(services, id, decide)) ?? transact(services, id, decide),
      ).catch(undefinedWhereUnknown),
    alike: async (fingerprint) => idsAlike(redis, fingerprint),
    ids: async (which) => redis.zrevrange(which === 'open' ? openKey : allKey, 0, -1),
  };
}

function undefinedWhereUnknown(thrown: unknown): undefined {
  if (thrown instanceof OpsError && thrown.code === 'incident-unknown') return undefined;
  throw thrown;
}
