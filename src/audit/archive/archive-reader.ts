import { OpsError } from '../../errors.ts';
import { append } from '../../ports/collections.ts';
import { workspace } from '../trail/export-trail.ts';
import type { VaultStore } from '../vault.ts';
import { type ArchivedState, folders, linesOf, parseKey } from './archive-keys.ts';
import { digestOf, findTail, type Tail } from './archive-tail.ts';
import type { LinesFrom } from './archive-writer.ts';
import { type HeadSigner, newestHead } from './head-signer.ts';

/** A journal in the vault. */
export interface ArchivedJournal {
  /** The incident, or `workspace`. */
  readonly id: string;
  /** All lines, exactly as Redis had them. Throws `journal-forked` if objects are missing. */
  readonly lines: () => Promise<readonly string[]>;
  /** Whether Redis has all of these lines. Reads one line of each, which covers those before it by its hash. */
  readonly isInRedis: () => Promise<boolean>;
}

/**
 * What the vault has of the journals, for whoever wants to remove one from Redis or to rebuild Redis.
 *
 * @example if (await archive.archived(incident)) await remove(incident);
 * @example for await (const { id, lines } of archive.readArchive()) await store.restore(id, await lines());
 */
export interface Archive {
  /** Whether every line of this incident in Redis is in the vault, and a signed head covers all of them. */
  readonly archived: (incident: string) => Promise<boolean>;
  /**
   * The journals of the incidents that are open according to the vault, and the workspace journal first. Drills are left
   * out: their simulated Region is not archived. One whose last entry closed it may be among them after a crash.
   */
  readonly readArchive: () => AsyncIterable<ArchivedJournal>;
  /** One journal, whether or not the vault has lines of it. */
  readonly journal: (id: string) => ArchivedJournal;
}

export interface ArchiveReaderDeps {
  readonly store: Pick<VaultStore, 'get' | 'keys' | 'folders'>;
  readonly heads: Pick<HeadSigner, 'isSigned'>;
  readonly linesFrom: LinesFrom;
  readonly genesis: string;
  readonly isDrill: (journal: string) => boolean;
}

export function createArchiveReader(deps: ArchiveReaderDeps): Archive {
  const tailIn = async (journal: string): Promise<Tail> => findTail(deps.store, journal, deps.genesis);
  const journal = (id: string): ArchivedJournal => ({
    id,
    lines: async () => allLines(deps, id),
    isInRedis: async () => endsIn(deps, id, await tailIn(id), 1),
  });
  return {
    journal,
    archived: async (incident) => {
      const tail = await tailIn(incident);
      if (tail.count === 0 || !(await endsIn(deps, incident, tail, 2))) return false;
      const head = await newestHead(deps.store, deps.heads, incident);
      return head?.seq === tail.count - 1 && head.hash === tail.hash;
    },
    readArchive: () => openJournals(deps, journal),
  };
}

/** Whether the last line of the vault is in Redis, with at most `count - 1` lines after it. */
async function endsIn(
  { linesFrom }: ArchiveReaderDeps,
  journal: string,
  { count, digest }: Tail,
  read: 1 | 2,
): Promise<boolean> {
  const [last, more] = await linesFrom(journal, count - 1, read);
  return last !== undefined && digestOf(last) === digest && more === undefined;
}

async function* openJournals(
  deps: ArchiveReaderDeps,
  journal: Archive['journal'],
): AsyncGenerator<ArchivedJournal> {
  const states = await lastStates(deps);
  const found: string[] = [];
  for await (const id of deps.store.folders(folders.journals)) found.push(id);
  if (found.includes(workspace)) yield journal(workspace);
  for (const id of found)
    if (id !== workspace && !deps.isDrill(id) && states.get(id) !== 'closed') yield journal(id);
}

/** Keys are sorted, so the last state of each journal comes last. */
async function lastStates({ store }: ArchiveReaderDeps): Promise<ReadonlyMap<string, ArchivedState>> {
  const states = new Map<string, ArchivedState>();
  for await (const key of store.keys(folders.states)) {
    const { journal = '', state } = parseKey(key) ?? {};
    if (state !== undefined) states.set(journal, state);
  }
  return states;
}

/** Each object begins where the one before it ends. */
async function allLines({ store }: ArchiveReaderDeps, journal: string): Promise<readonly string[]> {
  const all: string[] = [];
  for await (const key of store.keys(`${folders.journals}${journal}/`)) {
    const lines = linesOf((await store.get(key)) ?? '');
    if (lines === undefined || parseKey(key)?.seq !== all.length)
      throw new OpsError('journal-forked', `${key} in the vault does not continue the entries before it`);
    append(all, lines);
  }
  return all;
}
