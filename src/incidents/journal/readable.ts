import { OpsError } from '../../errors.ts';
import type { Incident } from '../model/incident.ts';
import type { IncidentStore } from './store.ts';
import { isGone } from './transactions.ts';

/** Incidents that were loaded, and the ids of those that could not be. */
export interface Readable {
  readonly incidents: readonly Incident[];
  readonly unreadable: readonly string[];
}

/**
 * Undefined if the journal has an entry that this version cannot read, or is gone. Everything else is thrown: while
 * Redis is away, nothing is known about any incident.
 * @example const journal = (await unlessUnreadable(store.journal(id))) ?? [];
 */
export async function unlessUnreadable<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (thrown) {
    if (isGone(thrown) || (thrown instanceof OpsError && unreadable.has(thrown.code))) return undefined;
    throw thrown;
  }
}

const unreadable: ReadonlySet<OpsError['code']> = new Set(['journal-unreadable', 'journal-forged']);

/** Loads each incident by itself, so that one with a damaged journal does not keep the others back. */
export async function loadReadable(
  store: Pick<IncidentStore, 'load'>,
  ids: readonly string[],
): Promise<Readable> {
  const loaded = await Promise.all(
    ids.map(async (id) => ({ id, incident: await unlessUnreadable(store.load(id)) })),
  );
  return {
    incidents: loaded.flatMap(({ incident }) => incident ?? []),
    unreadable: loaded.flatMap(({ id, incident }) => (incident === undefined ? [id] : [])),
  };
}

/** The open incidents that can be loaded, newest first. The sweep logs the others. */
export async function loadOpen(store: Pick<IncidentStore, 'ids' | 'load'>): Promise<readonly Incident[]> {
  return (await loadReadable(store, await store.ids('open'))).incidents;
}

/** Works on one open incident after the other. A failure is reported, and does not keep the others back. */
export async function eachOpen(
  { store, failed }: EachOpenDeps,
  work: (id: string) => Promise<void>,
): Promise<void> {
  for (const id of await store.ids('open')) await work(id).catch((error: unknown) => failed(id, error));
}

export interface EachOpenDeps {
  readonly store: Pick<IncidentStore, 'ids'>;
  readonly failed: (incident: string, error: unknown) => void | Promise<void>;
}
