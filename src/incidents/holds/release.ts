import { asOpsError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { IncidentStore } from '../journal/store.ts';
import { type Hold } from '../model/hold.ts';
import { heldBy } from '../model/hold-states.ts';
import { type Incident, isOpen } from '../model/incident.ts';
import type { IdSet } from './holds.ts';
import { type Failing, type Holds, holdOverAll } from './holds.ts';

export interface ReleaseParts {
  readonly store: IncidentStore;
  /** The incidents that are held back, or were. */
  readonly held: IdSet;
  readonly holds: Pick<Holds, 'over'>;
  /** Whether this one has not ended. */
  readonly stands: (hold: Hold) => Promise<boolean>;
  /** Says in the channel, once, what came of the incidents that the hold kept back. */
  readonly tell: (hold: Hold, told: readonly Told[]) => Promise<void>;
  readonly advance: (incident: string) => Promise<void>;
  readonly log: Log;
}

/** `next`: what holds an open incident back from now on; undefined: its thread is opened. */
export interface Told {
  readonly incident: Incident;
  readonly next: Hold | undefined;
}

/**
 * Opens the threads that were held back by what has ended, and says in one message what was. Said first, done after: a
 * crash in between says it again under the same id, which is once.
 */
export function createRelease(parts: ReleaseParts): () => Promise<void> {
  return async () => {
    const all = await heldBack(parts);
    for (const hold of new Set(all.map(({ held }) => held.id)))
      await endHold(
        parts,
        all.filter(({ held }) => held.id === hold),
      ).catch((error: unknown) =>
        parts.log.warn({ hold, error: asOpsError(error).line }, 'could not be ended; it will be again'),
      );
  };
}

type Held = Incident & { readonly held: Hold };

/** One that is not there is about to be opened: it is noted before. */
async function heldBack({ store, held }: ReleaseParts): Promise<readonly Held[]> {
  const all: Held[] = [];
  for (const id of await held.all()) {
    const incident = await store.find(id);
    if (incident === undefined) continue;
    if (incident.held === undefined) await held.drop(id);
    else all.push({ ...incident, held: incident.held });
  }
  return all;
}

async function endHold(parts: ReleaseParts, group: readonly Held[]): Promise<void> {
  const [first] = group;
  if (first === undefined || (await parts.stands(first.held))) return;
  const told = await Promise.all(
    group.map(async (incident) => ({ incident, next: await holdOverAll(parts.holds, failingIn(incident)) })),
  );
  await parts.tell(first.held, told);
  for (const one of told) await letGo(parts, first.held, one);
}

async function letGo(
  { store, held, advance }: ReleaseParts,
  over: Hold,
  { incident, next }: Told,
): Promise<void> {
  const { id } = incident;
  await store.transact(id, (present) => ({
    events: !isOpen(present) || present.held?.id !== over.id ? [] : next ? heldBy(next) : released(over),
    answer: undefined,
  }));
  if (next === undefined || !isOpen(incident)) await held.drop(id);
  else await held.add(id);
  await advance(id);
}

function released({ name }: Hold): ReturnType<typeof heldBy> {
  return [{ type: 'released', why: `${name} is over` }];
}

function failingIn({ board, job, tier, kind }: Incident): readonly Failing[] {
  return board.length === 0 ? [{ job, tier, kind }] : board;
}
