import type { Catalog } from '../../playbooks/loaded-playbooks.ts';
import type { Journal } from '../journal/journal-reader.ts';
import { unlessUnreadable } from '../journal/readable.ts';
import type { IncidentStore } from '../journal/store.ts';
import type { Incident } from '../model/incident.ts';
import { followUpsOf } from '../record/postmortems.ts';
import { endedAtOf, tombstoneOf } from './tombstone.ts';

/** Whether the archive outside Redis holds the complete journal of an incident. */
export type Archived = (incident: string) => Promise<boolean>;

export interface RetentionDeps {
  readonly store: Pick<IncidentStore, 'ids' | 'findJournal' | 'tombstones'>;
  readonly catalog: Pick<Catalog, 'get'>;
  readonly archived: Archived;
  readonly retentionDays: number;
  /** Removes everything else that Redis holds about the incidents. It may run again for the same ones. */
  readonly removeRest: (incidents: readonly string[]) => Promise<void>;
  readonly now: () => number;
  readonly failed: (incident: string, error: unknown) => void;
}

const day = 24 * 3_600_000;
/** Figures of the same month a year ago, and a margin. */
const tombstoneDays = 400;

/**
 * Removes incidents from Redis that ended long ago and are archived. The journal is replaced by its tombstone in one step, so
 * that a crash leaves either of them; what is left besides is removed by the next run.
 */
export function createRetention(deps: RetentionDeps): () => Promise<void> {
  return async () => {
    for (const id of await deps.store.ids('all'))
      await removeIfDue(deps, id).catch((error: unknown) => deps.failed(id, error));
    await clearUp(deps);
  };
}

async function removeIfDue(
  { store, catalog, archived, retentionDays, now }: RetentionDeps,
  id: string,
): Promise<void> {
  const journal = await unlessUnreadable(store.findJournal(id));
  if (journal === undefined || !isFinished(journal, now() - retentionDays * day)) return;
  if (await archived(id)) await store.tombstones.replace(tombstoneOf(journal, catalog));
}

/** Ended, and untouched since then: a late answer or a reopening keeps it for as long again. */
function isFinished({ entries, incident }: Journal, before: number): boolean {
  const endedAt = endedAtOf(incident);
  const lastAt = entries.at(-1)?.at ?? Number.POSITIVE_INFINITY;
  return endedAt !== undefined && Math.max(endedAt, lastAt) < before && !isOwed(incident);
}

/** Follow-ups that nobody has done yet are still listed. */
function isOwed(incident: Incident): boolean {
  return followUpsOf(incident).some(({ done }) => done === undefined);
}

async function clearUp({ store, removeRest, now }: RetentionDeps): Promise<void> {
  const all = await store.tombstones.all();
  await removeRest(all.map(({ id }) => id));
  const forgotten = all.filter(({ endedAt }) => endedAt < now() - tombstoneDays * day);
  await store.tombstones.drop(forgotten.map(({ id }) => id));
}
