import type { Redis } from 'ioredis';
import { OpsError } from '../../errors.ts';
import type { Clock } from '../../ports/ports.ts';
import { type Entry, IncidentEvent } from '../model/events.ts';
import type { Incident } from '../model/incident.ts';
import { apply, incidentFrom } from '../model/reduce.ts';
import { eventWithoutSecrets, PlainEvent } from '../request/without-secrets.ts';
import type { Chain } from './chain-port.ts';
import { alikeKey, fingerprintsIn, maxAlike } from './fingerprint-index.ts';
import { lengthsKey } from './journal-lengths.ts';
import type { Journal, JournalReader } from './journal-reader.ts';
import { type Tombstones, tombstonesKey } from './tombstones.ts';
import { lateInLua } from './write-limit.ts';

const prefix = '{relight}:';
export const journalKey = (id: string): string => `${prefix}journal:${id}`;
export const allKey = `${prefix}incidents`;
export const openKey = `${prefix}incidents:open`;
/** Sorted set: journals with lines that may not be in the vault yet, by the time since when. */
export const grownKey = `${prefix}journals:grown`;
/** String: how many times any journal has grown. After a failover that loses entries it is another number. */
export const growthKey = `${prefix}journals:growth`;

/**
 * Compare-and-set on the journal's length and the hash of its last line, in one script: adds nothing if another writer
 * was faster or if Redis was restored to a different history. The incident is listed under the fingerprints of its
 * diagnoses in the same script, so that the index agrees with the journal after every crash.
 * KEYS journal, all, open, heads, tombstones, grown, growth, fingerprints…; ARGV expected length, id, now, 'closed' or
 * 'reopened' if the open list changes, hash, deadline, entries…
 */
const appendScript = `${lateInLua(6)}
if late then return -1 end
if redis.call('LLEN', KEYS[1]) ~= tonumber(ARGV[1]) then return 0 end
if ARGV[1] == '0' and redis.call('HEXISTS', KEYS[5], ARGV[2]) == 1 then return 0 end
if ARGV[5] ~= '' and not string.find(redis.call('LINDEX', KEYS[1], -1), ARGV[5], 1, true) then return 0 end
for i = 7, #ARGV do redis.call('RPUSH', KEYS[1], ARGV[i]) end
if ARGV[1] == '0' then
  redis.call('ZADD', KEYS[2], ARGV[3], ARGV[2])
  redis.call('ZADD', KEYS[3], ARGV[3], ARGV[2])
end
if ARGV[4] == 'closed' then redis.call('ZREM', KEYS[3], ARGV[2]) end
if ARGV[4] == 'reopened' then redis.call('ZADD', KEYS[3], ARGV[3], ARGV[2]) end
if redis.call('ZSCORE', KEYS[3], ARGV[2]) then
  redis.call('HSET', KEYS[4], ARGV[2], redis.call('LLEN', KEYS[1]))
else
  redis.call('HDEL', KEYS[4], ARGV[2])
end
redis.call('ZADD', KEYS[6], 'NX', ARGV[3], ARGV[2])
redis.call('INCR', KEYS[7])
for i = 8, #KEYS do
  redis.call('ZADD', KEYS[i], 'NX', ARGV[3], ARGV[2])
  redis.call('ZREMRANGEBYRANK', KEYS[i], 0, ${-1 - maxAlike})
end
return 1`;

export interface WriterServices {
  readonly redis: Redis;
  readonly journals: JournalReader;
  readonly chain: Chain;
  readonly clock: Clock;
  readonly tombstones: Pick<Tombstones, 'find'>;
}

export interface Applied {
  readonly added: readonly Entry[];
  readonly incident: Incident;
}

/** Throws `illegal-move` if the table of moves does not allow an event. */
export function applyEvents(
  { chain, clock }: WriterServices,
  id: string,
  before: Journal | undefined,
  events: readonly IncidentEvent[],
): Applied {
  const added = sealed({ chain, id, at: clock.now() }, before?.entries ?? [], events);
  return {
    added,
    incident: before === undefined ? incidentFrom(added) : added.reduce(apply, before.incident),
  };
}

/**
 * Returns undefined if another writer was faster. Throws `too-late` if Redis took the write after the deadline, which is
 * in milliseconds on the clock of Redis.
 */
export async function write(
  { redis, journals, clock }: WriterServices,
  id: string,
  before: Journal | undefined,
  { added, incident }: Applied,
  deadline?: number,
): Promise<Journal | undefined> {
  const { entries: written = [] } = before ?? {};
  const change = added.findLast(({ event: { type } }) => type === 'closed' || type === 'reopened')?.event
    .type;
  const lines = added.map((entry) => JSON.stringify(entry));
  const keys = [
    journalKey(id),
    allKey,
    openKey,
    lengthsKey,
    tombstonesKey,
    grownKey,
    growthKey,
    ...indexKeys(incident, added),
  ];
  const expected = [
    written.length,
    id,
    clock.now(),
    change ?? '',
    written.at(-1)?.hash ?? '',
    deadline ?? '',
  ];
  const result = await redis.eval(appendScript, keys.length, ...keys, ...expected, ...lines);
  if (!wasAppended(result, id)) return undefined;
  const journal = { entries: [...written, ...added], incident };
  journals.wrote(id, journal, lines.at(-1) ?? '');
  return journal;
}

/** A drill is no precedent. */
function indexKeys({ drill }: Incident, added: readonly Entry[]): readonly string[] {
  return drill === undefined ? fingerprintsIn(added.map(({ event }) => event)).map(alikeKey) : [];
}

/** False if another writer was faster. Throws `too-late`. */
function wasAppended(result: unknown, id: string): boolean {
  if (result === -1) throw new OpsError('too-late', id);
  return result === 1;
}

function sealed(
  { chain, id, at }: { readonly chain: Chain; readonly id: string; readonly at: number },
  before: readonly Entry[],
  events: readonly IncidentEvent[],
): readonly Entry[] {
  return events.reduce<readonly Entry[]>((entries, event) => {
    const prev = entries.at(-1)?.hash ?? before.at(-1)?.hash ?? chain.genesis;
    return [
      ...entries,
      chain.seal({ seq: before.length + entries.length, at, event: storedForm(event), prev }, id),
    ];
  }, []);
}

/**
 * The event as a later read returns it: the hash must cover this form, without fields that JSON or the schema drops.
 * Removes secrets, so that none enters the journal.
 */
function storedForm(event: IncidentEvent): IncidentEvent {
  return IncidentEvent.parse(eventWithoutSecrets(PlainEvent.parse(JSON.parse(JSON.stringify(event)))));
}
