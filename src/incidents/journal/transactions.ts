import { z } from 'zod';
import { OpsError } from '../../errors.ts';
import type { Entry, IncidentEvent } from '../model/events.ts';
import type { Incident } from '../model/incident.ts';
import type { Journal } from './journal-reader.ts';
import { type Applied, applyEvents, type WriterServices, write } from './journal-writer.ts';
import { wasArchived } from './tombstones.ts';
import { deadlineIn, type WriteLimit } from './write-limit.ts';

/** The events to add to a journal, decided on its current state, and an answer for the caller. */
export interface Decision<A> {
  readonly events: readonly IncidentEvent[];
  readonly answer: A;
}

export interface Transacted<A> {
  readonly incident: Incident;
  readonly answer: A;
}

type Decide<A> = (incident: Incident) => Decision<A>;

const maxRacesLost = 50;

export async function transact<A>(
  services: WriterServices,
  id: string,
  decide: Decide<A>,
  limit?: WriteLimit,
): Promise<Transacted<A>> {
  let tried: { readonly last: Entry; readonly answer: A } | undefined;
  for (let lost = 0; lost < maxRacesLost; lost += 1) {
    const [before, deadline] = await Promise.all([
      known(services, id),
      limit && deadlineIn(services.redis, limit),
    ]);
    // The connection was lost with the reply, and ioredis sent the write a second time.
    if (tried !== undefined && holds(before, tried.last))
      return { incident: before.incident, answer: tried.answer };
    const { events, answer } = decide(before.incident);
    if (events.length === 0) return { incident: before.incident, answer };
    const applied = applyEvents(services, id, before, events);
    const last = limit && announced(limit, applied, deadline);
    tried = last && { last, answer };
    const after = await write(services, id, before, applied, deadline);
    if (after !== undefined) return { incident: after.incident, answer };
  }
  throw new OpsError('journal-busy', id);
}

function holds({ entries }: Journal, { seq, hash }: Entry): boolean {
  return entries[seq]?.hash === hash;
}

/** The last entry that is about to be written, after the caller has been told of it. */
function announced(limit: WriteLimit, { added }: Applied, deadline = 0): Entry | undefined {
  const entry = added.at(-1);
  if (entry !== undefined) limit.sending({ entry, deadline });
  return entry;
}

/**
 * Decides on the cached state, which saves a read: the compare-and-set fails if that state is out of date. A decision
 * that records nothing, or that is not legal, is made again on the current state.
 */
export async function transactOnCached<A>(
  services: WriterServices,
  id: string,
  decide: Decide<A>,
): Promise<Transacted<A> | undefined> {
  const before = services.journals.cached(id);
  const next = before && decidedOn(services, id, before, decide);
  const after = before && next && (await write(services, id, before, next.applied));
  return after && { incident: after.incident, answer: next.answer };
}

/** Undefined if there is nothing to record, or if the move is not legal. */
function decidedOn<A>(
  services: WriterServices,
  id: string,
  before: Journal,
  decide: Decide<A>,
): { readonly applied: Applied; readonly answer: A } | undefined {
  try {
    const { events, answer } = decide(before.incident);
    return events.length === 0 ? undefined : { applied: applyEvents(services, id, before, events), answer };
  } catch {
    return undefined;
  }
}

/** Typed ids reach Redis only if they have the form of an id. */
const Id = z.string().regex(/^[a-z0-9-]{1,40}$/);

/** Throws `incident-unknown`, or `incident-archived` if it was removed after its retention. */
export async function known(
  { journals, tombstones }: Pick<WriterServices, 'journals' | 'tombstones'>,
  id: string,
): Promise<Journal> {
  if (!Id.safeParse(id).success) throw new OpsError('incident-unknown', id);
  const journal = await journals.read(id);
  if (journal !== undefined) return journal;
  const left = await tombstones.find(id);
  throw left === undefined ? new OpsError('incident-unknown', id) : wasArchived(left);
}

/** Whether Redis does not have the incident, or not any more. */
export function isGone(thrown: unknown): boolean {
  return thrown instanceof OpsError && gone.has(thrown.code);
}

const gone: ReadonlySet<OpsError['code']> = new Set(['incident-unknown', 'incident-archived']);
