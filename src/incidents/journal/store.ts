import type { Redis } from 'ioredis';
import { z } from 'zod';
import { OpsError } from '../../errors.ts';
import type { Clock } from '../../ports/ports.ts';
import type { Entry, IncidentEvent, Opened } from '../model/events.ts';
import type { Incident } from '../model/incident.ts';
import {
  createJournalReader,
  type Journal,
  type JournalReader,
  type Lines,
  readAll,
} from './journal-reader.ts';
import {
  type Applied,
  allKey,
  applyEvents,
  type Chain,
  journalKey,
  openKey,
  type WriterServices,
  write,
} from './journal-writer.ts';
import { createOneAtATime } from './one-at-a-time.ts';

/** The events to add to a journal, decided on its current state, and an answer for the caller. */
export interface Decision<A> {
  readonly events: readonly IncidentEvent[];
  readonly answer: A;
}

interface Transacted<A> {
  readonly incident: Incident;
  readonly answer: A;
}

export interface IncidentStore {
  /** Opens the incident, or returns the existing one with this id. One process wins. */
  readonly open: (
    events: readonly [Opened, ...IncidentEvent[]],
  ) => Promise<{ readonly incident: Incident; readonly isNew: boolean }>;
  readonly find: (id: string) => Promise<Incident | undefined>;
  /** Throws `incident-unknown`. */
  readonly load: (id: string) => Promise<Incident>;
  readonly journal: (id: string) => Promise<readonly Entry[]>;
  /** Reads the current state, decides, and writes by compare-and-set; starts over if another writer was faster. */
  readonly transact: <A>(id: string, decide: (incident: Incident) => Decision<A>) => Promise<Transacted<A>>;
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
}

const maxRacesLost = 50;
/** A healthy Redis takes a write within a few milliseconds. */
const courtesyMs = 250;

export function createIncidentStore(redis: Redis, chain: Chain, clock: Clock): IncidentStore {
  const lines: Lines = async (key, from) => redis.lrange(key, from, -1);
  const journals = createJournalReader(lines);
  const services = { redis, journals, chain, clock };
  const oneAtATime = createOneAtATime(courtesyMs);
  return {
    journal: async (id) => (await readAll(lines, journalKey(id)))?.entries ?? [],
    find: async (id) => (await journals.read(journalKey(id)))?.incident,
    load: async (id) => (await known(journals, id)).incident,
    open: async (events) => {
      const id = events[0].incident;
      const opened = await write(services, id, undefined, applyEvents(services, undefined, events));
      if (opened !== undefined) return { incident: opened.incident, isNew: true };
      return { incident: (await known(journals, id)).incident, isNew: false };
    },
    transact: async (id, decide) => oneAtATime(id, async () => transact(services, id, decide)),
    amend: async (id, decide) =>
      oneAtATime(
        id,
        async () => (await transactOnCached(services, id, decide)) ?? transact(services, id, decide),
      ).catch(undefinedWhereUnknown),
    ids: async (which) => redis.zrevrange(which === 'open' ? openKey : allKey, 0, -1),
  };
}

async function transact<A>(
  services: WriterServices,
  id: string,
  decide: (incident: Incident) => Decision<A>,
): Promise<Transacted<A>> {
  for (let lost = 0; lost < maxRacesLost; lost += 1) {
    const before = await known(services.journals, id);
    const { events, answer } = decide(before.incident);
    if (events.length === 0) return { incident: before.incident, answer };
    const after = await write(services, id, before, applyEvents(services, before, events));
    if (after !== undefined) return { incident: after.incident, answer };
  }
  throw new OpsError('journal-busy', id);
}

/**
 * Decides on the cached state, which saves a read: the compare-and-set fails if that state is out of date. A decision
 * that records nothing, or that is not legal, is made again on the current state.
 */
async function transactOnCached<A>(
  services: WriterServices,
  id: string,
  decide: (incident: Incident) => Decision<A>,
): Promise<Transacted<A> | undefined> {
  const before = services.journals.cached(journalKey(id));
  const next = before && decidedOn(services, before, decide);
  const after = before && next && (await write(services, id, before, next.applied));
  return after && { incident: after.incident, answer: next.answer };
}

/** Undefined if there is nothing to record, or if the move is not legal. */
function decidedOn<A>(
  services: WriterServices,
  before: Journal,
  decide: (incident: Incident) => Decision<A>,
): { readonly applied: Applied; readonly answer: A } | undefined {
  try {
    const { events, answer } = decide(before.incident);
    return events.length === 0 ? undefined : { applied: applyEvents(services, before, events), answer };
  } catch {
    return undefined;
  }
}

function undefinedWhereUnknown(thrown: unknown): undefined {
  if (thrown instanceof OpsError && thrown.code === 'incident-unknown') return undefined;
  throw thrown;
}

/** Typed ids reach Redis only if they have the form of an id. */
const Id = z.string().regex(/^[a-z0-9-]{1,40}$/);

async function known(journals: JournalReader, id: string): Promise<Journal> {
  const journal = Id.safeParse(id).success ? await journals.read(journalKey(id)) : undefined;
  if (journal === undefined) throw new OpsError('incident-unknown', id);
  return journal;
}
