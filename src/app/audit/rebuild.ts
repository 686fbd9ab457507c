import type { Archive, ArchivedJournal } from '../../audit/archive/archive-reader.ts';
import { stateIn } from '../../audit/archive/archive-writer.ts';
import { workspace } from '../../audit/trail/export-trail.ts';
import { inParallel } from '../../aws/in-parallel.ts';
import { asOpsError, OpsError } from '../../errors.ts';
import type { Restored } from '../../incidents/journal/restore.ts';
import type { Core } from '../core.ts';
import { isRefusal } from './journal-refusals.ts';

/** Writes back what Redis lost of the journals, from the vault. Never changes what Redis has. */
export interface Rebuild {
  /** All open incidents and the workspace journal. Throws the errors of S3 and Redis. */
  readonly all: () => Promise<void>;
  /** The same, if Redis was emptied or replaced since the last time. */
  readonly ifEmptied: () => Promise<void>;
  /** One journal; returns whether Redis has it all now. */
  readonly one: (journal: string) => Promise<boolean>;
}

/** Journals that are compared at a time: Relight takes no alarms in before that is done. */
const maxParallel = 16;

type RebuildDeps = Pick<Core, 'store' | 'refusedCommands' | 'archiveState' | 'tellLoss' | 'log'>;

export function createRebuild(
  core: RebuildDeps,
  archive: Archive,
  reportRefused: (journal: string, error: OpsError) => Promise<void>,
): Rebuild {
  const { archiveState, log } = core;
  const one = async (journal: ArchivedJournal): Promise<Restored> =>
    restoreOrReport(core, journal, reportRefused);
  const all = async (): Promise<void> => {
    const journals: ArchivedJournal[] = [];
    for await (const journal of archive.readArchive()) journals.push(journal);
    const outcomes = await inParallel(maxParallel, journals, one);
    const restored = outcomes.filter((outcome) => outcome === 'restored').length;
    await archiveState.rebuilt();
    if (restored > 0)
      log.error({ restored }, 'Redis was emptied or replaced: journals restored from the vault');
  };
  return {
    all,
    ifEmptied: async () => {
      if (!(await archiveState.isRebuilt())) await all();
    },
    one: async (id) => (await one(archive.journal(id))) !== 'different',
  };
}

/** Another history in Redis, or damage in the vault, is left as it is, and people are told of it. */
async function restoreOrReport(
  core: RebuildDeps,
  journal: ArchivedJournal,
  reportRefused: (journal: string, error: OpsError) => Promise<void>,
): Promise<Restored> {
  try {
    if (await journal.isInRedis()) return 'present';
    const restored = await restore(core, journal);
    if (restored === 'different') throw otherHistory(journal.id);
    if (restored === 'restored') {
      await core.archiveState.countRestored();
      core.log.error({ journal: journal.id }, 'Redis had lost entries: restored from the vault');
    }
    return restored;
  } catch (thrown) {
    const error = asOpsError(thrown);
    if (!isRefusal(error)) throw error;
    await reportRefused(journal.id, error);
    return 'different';
  }
}

async function restore(
  { store, refusedCommands, tellLoss }: RebuildDeps,
  journal: ArchivedJournal,
): Promise<Restored> {
  const lines = await journal.lines();
  if (journal.id === workspace) return refusedCommands.restore(lines);
  const state = lines.map(stateIn).findLast((one) => one !== undefined);
  // A closed incident that is not in Redis anymore has left it for good.
  if (state === 'closed' && (await store.linesFrom(journal.id, 0, 1)).length === 0) return 'present';
  const restored = await store.restore(journal.id, lines);
  // What Redis held about the incident beside its journal is computed again from it.
  if (restored === 'restored') tellLoss({ incident: journal.id, outcome: 'restored', lines: lines.length });
  return restored;
}

function otherHistory(journal: string): OpsError {
  return new OpsError('journal-forked', `${journal} does not begin with the entries in the vault`);
}
