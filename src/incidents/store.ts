import type { Redis } from 'ioredis';
import { z } from 'zod';
import { OpsError } from '../errors.ts';
import type { Clock } from '../playbooks/ports.ts';
import { type Entry, IncidentEvent, type Opened } from './events.ts';
import type { Incident } from './incident.ts';
import {
  createJournalReader,
  type Journal,
  type JournalReader,
  type Lines,
  readAll,
} from './journal-reader.ts';
import { apply, incidentFrom } from './reduce.ts';

/** Completes an entry with the hash that ties it to the one before; `audit/chain.ts` is the one. */
export interface Chain {
  readonly genesis: string;
  readonly seal: (entry: Omit<Entry, 'hash'>) => Entry;
}

/** What to add to a journal, decided on its present state; and an answer for the caller. */
export interface Decision<A> {
  readonly events: readonly IncidentEvent[];
  readonly answer: A;
}

export interface IncidentStore {
  /** Opens the incident unless its id is taken: then the present one is given back. One winner among all processes. */
  readonly open: (
    events: readonly [Opened, ...IncidentEvent[]],
  ) => Promise<{ readonly incident: Incident; readonly isNew: boolean }>;
  readonly find: (id: string) => Promise<Incident | undefined>;
  /** Throws `incident-unknown`. */
  readonly load: (id: string) => Promise<Incident>;
  readonly journal: (id: string) => Promise<readonly Entry[]>;
  /** Decides on the present state and records it by compare-and-set; decides again when somebody was faster. */
  readonly transact: <A>(
    id: string,
    decide: (incident: Incident) => Decision<A>,
  ) => Promise<{ readonly incident: Incident; readonly answer: A }>;
  /** The same for an incident that may not be there; undefined then. */
  readonly amend: <A>(
    id: string,
    decide: (incident: Incident) => Decision<A>,
  ) => Promise<{ readonly incident: Incident; readonly answer: A } | undefined>;
  /** Newest first. */
  readonly ids: (which: 'open' | 'all') => Promise<readonly string[]>;
}

const prefix = '{relight}:';
const journalKey = (id: string): string => `${prefix}journal:${id}`;
const allKey = `${prefix}incidents`;
const openKey = `${prefix}incidents:open`;

/**
 * Compare-and-set on the journal's length and the hash of its last line, in one script: nothing is added when anybody
 * wrote since, or when Redis was restored to another past.
 * KEYS journal, all, open; ARGV expected length, id, now, '1' to take the id off the open list, hash, entries…
 */
const appendScript = `
if redis.call('LLEN', KEYS[1]) ~= tonumber(ARGV[1]) then return 0 end
if ARGV[5] ~= '' and not string.find(redis.call('LINDEX', KEYS[1], -1), ARGV[5], 1, true) then return 0 end
for i = 6, #ARGV do redis.call('RPUSH', KEYS[1], ARGV[i]) end
if ARGV[1] == '0' then
  redis.call('ZADD', KEYS[2], ARGV[3], ARGV[2])
  redis.call('ZADD', KEYS[3], ARGV[3], ARGV[2])
end
if ARGV[4] == '1' then redis.call('ZREM', KEYS[3], ARGV[2]) end
return 1`;

const racesLost = 50;

interface Parts {
  readonly redis: Redis;
  readonly journals: JournalReader;
  readonly chain: Chain;
  readonly clock: Clock;
}

export function createIncidentStore(redis: Redis, chain: Chain, clock: Clock): IncidentStore {
  const lines: Lines = async (key, from) => redis.lrange(key, from, -1);
  const journals = createJournalReader(lines);
  const parts = { redis, journals, chain, clock };
  return {
    journal: async (id) => (await readAll(lines, journalKey(id)))?.entries ?? [],
    find: async (id) => (await journals.read(journalKey(id)))?.incident,
    load: async (id) => (await known(journals, id)).incident,
    open: async (events) => {
      const id = events[0].incident;
      const opened = await append(parts, id, undefined, events);
      if (opened !== undefined) return { incident: opened.incident, isNew: true };
      return { incident: (await known(journals, id)).incident, isNew: false };
    },
    transact: async (id, decide) => transact(parts, id, decide),
    amend: async (id, decide) => transact(parts, id, decide).catch(undefinedWhereUnknown),
    ids: async (which) => redis.zrevrange(which === 'open' ? openKey : allKey, 0, -1),
  };
}

async function transact<A>(
  parts: Parts,
  id: string,
  decide: (incident: Incident) => Decision<A>,
): Promise<{ incident: Incident; answer: A }> {
  for (let lost = 0; lost < racesLost; lost += 1) {
    const before = await known(parts.journals, id);
    const { events, answer } = decide(before.incident);
    if (events.length === 0) return { incident: before.incident, answer };
    const after = await append(parts, id, before, events);
    if (after !== undefined) return { incident: after.incident, answer };
  }
  throw new OpsError('journal-busy', id);
}

/** Undefined where somebody else has written. Throws where the table has no such move: nothing is written then. */
async function append(
  { redis, journals, chain, clock }: Parts,
  id: string,
  before: Journal | undefined,
  events: readonly IncidentEvent[],
): Promise<Journal | undefined> {
  const { entries: written = [] } = before ?? {};
  const added = sealed(chain, written, events, clock.now());
  const entries = [...written, ...added];
  const incident = before === undefined ? incidentFrom(entries) : added.reduce(apply, before.incident);
  const closes = events.some((event) => event.type === 'closed') ? '1' : '0';
  const lines = added.map((entry) => JSON.stringify(entry));
  const keys = [journalKey(id), allKey, openKey];
  const expected = [written.length, id, clock.now(), closes, written.at(-1)?.hash ?? ''];
  if ((await redis.eval(appendScript, keys.length, ...keys, ...expected, ...lines)) !== 1) return undefined;
  const journal = { entries, incident };
  journals.wrote(journalKey(id), journal, lines.at(-1) ?? '');
  return journal;
}

function undefinedWhereUnknown(thrown: unknown): undefined {
  if (thrown instanceof OpsError && thrown.code === 'incident-unknown') return undefined;
  throw thrown;
}

/** What people type as an id reaches Redis only when it looks like one. */
const Id = z.string().regex(/^[a-z0-9-]{1,40}$/);

async function known(journals: JournalReader, id: string): Promise<Journal> {
  const journal = Id.safeParse(id).success ? await journals.read(journalKey(id)) : undefined;
  if (journal === undefined) throw new OpsError('incident-unknown', id);
  return journal;
}

function sealed(
  chain: Chain,
  before: readonly Entry[],
  events: readonly IncidentEvent[],
  at: number,
): readonly Entry[] {
  return events.reduce<readonly Entry[]>((entries, event) => {
    const prev = entries.at(-1)?.hash ?? before.at(-1)?.hash ?? chain.genesis;
    return [
      ...entries,
      chain.seal({ seq: before.length + entries.length, at, event: storedForm(event), prev }),
    ];
  }, []);
}

/** What reading will give back: the hash must cover this form, not one with fields that JSON or the schema drops. */
function storedForm(event: IncidentEvent): IncidentEvent {
  return IncidentEvent.parse(JSON.parse(JSON.stringify(event)));
}
