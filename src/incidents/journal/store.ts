import type { Redis } from 'ioredis';
import type { Clock } from '../../ports/ports.ts';
import type { Entry, IncidentEvent, Opened } from '../model/events.ts';
import type { Incident } from '../model/incident.ts';
import type { Chain } from './chain-port.ts';
import { idsAlike } from './fingerprint-index.ts';
import { createJournalLengths } from './journal-lengths.ts';
import { createJournalReader, type Journal, type Lines, readAll } from './journal-reader.ts';
import { allKey, applyEvents, journalKey, openKey, type WriterServices, write } from './journal-writer.ts';
import { type LostLines, restoreLost } from './lost-lines.ts';
import { createOneAtATime } from './one-at-a-time.ts';
import { pagedLines } from './paged-lines.ts';
import { type Restored, restoreJournal } from './restore.ts';
import { createTombstones, type Tombstones } from './tombstones.ts';
import { type Decision, isGone, known, type Transacted, transact, transactOnCached } from './transactions.ts';
import { type Sent, type WriteLimit, wasWritten } from './write-limit.ts';

export type { Decision } from './transactions.ts';

export interface IncidentStore {
  /** Opens the incident, or returns the existing one with this id. One process wins. */
  readonly open: (
    events: readonly [Opened, ...IncidentEvent[]],
  ) => Promise<{ readonly incident: Incident; readonly isNew: boolean }>;
  readonly find: (id: string) => Promise<Incident | undefined>;
  /** Throws `incident-unknown`, or `incident-archived` if it was removed after its retention. */
  readonly load: (id: string) => Promise<Incident>;
  /**
   * Like `load`, but reads only a journal that has grown, and may be a second late. For looks at all open incidents every
   * few seconds: they decide again on the present state before they record anything. Throws `incident-unknown`.
   */
  readonly glance: (id: string) => Promise<Incident>;
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
  /**
   * Reads the current state, decides, and writes by compare-and-set; starts over if another writer was faster. With a
   * limit, it throws `too-late` if Redis did not take the write in time.
   */
  readonly transact: <A>(
    id: string,
    decide: (incident: Incident) => Decision<A>,
    limit?: WriteLimit,
  ) => Promise<Transacted<A>>;
  /** Whether a write whose reply was lost is in the journal; undefined while Redis could still take it. */
  readonly wasWritten: (id: string, sent: Sent) => Promise<boolean | undefined>;
  /** Like `transact`, for a decision without an answer: returns the incident with the events added. */
  readonly record: (
    id: string,
    eventsOf: (incident: Incident) => readonly IncidentEvent[],
  ) => Promise<Incident>;
  /**
   * Like `transact`, but returns undefined if the incident does not exist or was archived. Decides on the cached state first and writes
   * without a read, so use it only for events that may be recorded late.
   */
  readonly amend: <A>(
    id: string,
    decide: (incident: Incident) => Decision<A>,
  ) => Promise<Transacted<A> | undefined>;
  /** The incidents whose journals this process has cached. Reading one restores the lines that Redis has lost. */
  readonly known: () => readonly string[];
  /** Drops the cached journals of incidents that any process has removed after their retention. */
  readonly forgetRemoved: () => Promise<void>;
  /** Newest first, at most `max`. */
  readonly ids: (which: 'open' | 'all', max?: number) => Promise<readonly string[]>;
  /** What is left of incidents that were removed after their retention. */
  readonly tombstones: Tombstones;
  /** The newest incidents with a diagnosis of this fingerprint, oldest first. */
  readonly alike: (fingerprint: string) => Promise<readonly string[]>;
}

/** A healthy Redis takes a write within a few milliseconds. */
const courtesyMs = 250;
/** A version that records no heads may have written meanwhile, or Redis was restored to another history of the same length. */
const trustedMs = 60_000;

export function createIncidentStore(
  redis: Redis,
  chain: Chain,
  clock: Clock,
  tellLoss: (lost: LostLines) => void = () => undefined,
): IncidentStore {
  const { services, lines, tombstones } = servicesOf({ redis, chain, clock }, tellLoss);
  const oneAtATime = createOneAtATime(courtesyMs);
  return {
    ...readsOf(services, lines),
    forgetRemoved: async () => {
      for (const id of services.journals.ids()) if (await tombstones.has(id)) services.journals.forget(id);
    },
    tombstones,
    linesFrom: async (id, first, count) => redis.lrange(journalKey(id), first, first + count - 1),
    restore: async (id, lost) => restoreJournal({ redis, chain }, id, lost),
    open: async (events) => {
      const id = events[0].incident;
      const opened = await write(services, id, undefined, applyEvents(services, id, undefined, events));
      if (opened !== undefined) return { incident: opened.incident, isNew: true };
      return { incident: (await known(services, id)).incident, isNew: false };
    },
    transact: async (id, decide, limit) => oneAtATime(id, async () => transact(services, id, decide, limit)),
    wasWritten: async (id, sent) => wasWritten(redis, journalKey(id), sent),
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
    ids: async (which, max = 0) => redis.zrevrange(which === 'open' ? openKey : allKey, 0, max - 1),
  };
}

type Reads = 'journal' | 'lines' | 'find' | 'findJournal' | 'load' | 'glance' | 'known';

function readsOf(services: WriterServices, lines: Lines): Pick<IncidentStore, Reads> {
  const { redis, chain, journals } = services;
  const lengths = createJournalLengths(redis);
  const load = async (id: string): Promise<Incident> => (await known(services, id)).incident;
  return {
    journal: async (id) => (await readAll({ lines, chain }, id))?.entries ?? [],
    lines: (id) => pagedLines(redis, journalKey(id)),
    find: async (id) => (await journals.read(id))?.incident,
    findJournal: async (id) => journals.read(id),
    load,
    glance: async (id) => {
      const recent = journals.recent(id, trustedMs);
      const isCurrent = recent !== undefined && (await lengths.isCurrent(id, recent.entries.length));
      return isCurrent ? recent.incident : load(id);
    },
    known: journals.ids,
  };
}

function undefinedWhereUnknown(thrown: unknown): undefined {
  if (isGone(thrown)) return undefined;
  throw thrown;
}

function servicesOf(
  { redis, chain, clock }: Omit<WriterServices, 'journals' | 'tombstones'>,
  tellLoss: (lost: LostLines) => void,
): { readonly services: WriterServices; readonly lines: Lines; readonly tombstones: Tombstones } {
  const lines: Lines = async (id, from) => redis.lrange(journalKey(id), from, -1);
  const journals = createJournalReader({
    lines,
    chain,
    onLoss: async (id, known, present) => {
      const { journal, lost } = await restoreLost(services, id, known, present);
      if (lost !== undefined) tellLoss(lost);
      return journal;
    },
  });
  const tombstones = createTombstones(redis, { journal: journalKey, all: allKey, open: openKey });
  const services = { redis, journals, chain, clock, tombstones };
  return { services, lines, tombstones };
}
