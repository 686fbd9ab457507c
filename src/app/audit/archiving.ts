import { type Archive, createArchiveReader } from '../../audit/archive/archive-reader.ts';
import { createArchiveWriter, type LinesFrom } from '../../audit/archive/archive-writer.ts';
import { type Archiver, createArchiver } from '../../audit/archive/archiver.ts';
import { createHeadSigner, type HeadKey } from '../../audit/archive/head-signer.ts';
import { workspace } from '../../audit/trail/export-trail.ts';
import type { VaultStore } from '../../audit/vault.ts';
import { asOpsError, OpsError } from '../../errors.ts';
import { isDrillId } from '../../incidents/model/drills/drill-mark.ts';
import { createRareWarnings } from '../../log.ts';
import type { Repeated } from '../../queue/repeated.ts';
import type { RunDeps } from '../../queue/steps/step-run.ts';
import type { Core } from '../core.ts';
import { refusalReporter } from './journal-refusals.ts';
import { createRebuild, type Rebuild } from './rebuild.ts';

/** The archive of the journals in the vault, as one process uses it. */
export interface Archiving {
  readonly archive: Archive;
  readonly archiver: Archiver;
  readonly rebuild: Rebuild;
}

/** Undefined with RELIGHT_AUDIT=journal-only. */
export function createArchiving(
  core: Core,
  store: VaultStore | undefined,
  headKey?: HeadKey,
): Archiving | undefined {
  if (store === undefined) return undefined;
  const { chain, proofs, clock, archiveState, waitingJournals } = core;
  const linesFrom = linesIn(core);
  const archive = createArchiveReader({
    store,
    heads: createHeadSigner(proofs, headKey),
    linesFrom,
    genesis: chain.genesis,
    isDrill: isDrillId,
  });
  const reportRefused = refusalReporter(core);
  const rebuild = createRebuild(core, archive, reportRefused);
  const archiver = createArchiver({
    writer: createArchiveWriter({ store, linesFrom, chain }),
    waiting: waitingJournals,
    clock,
    noteTrouble: archiveState.noteTrouble,
    reportRefused,
    restore: rebuild.one,
  });
  return { archive, archiver, rebuild };
}

function linesIn({ store, refusedCommands }: Pick<Core, 'store' | 'refusedCommands'>): LinesFrom {
  return async (journal, first, count) =>
    journal === workspace ? refusedCommands.linesFrom(first, count) : store.linesFrom(journal, first, count);
}

/** A process that dies loses nothing: an entry is in the vault within about this time. */
const archiveEveryMs = 3_000;

const notRebuilt = 'Redis was emptied and could not be rebuilt from the vault yet; Relight tries again';

/** Copies new entries to the vault. */
export function archiveWatch({ archiver }: Archiving): Repeated {
  return { name: 'archive', everyMs: archiveEveryMs, work: archiver.sweep };
}

/** An alarm that comes before the rebuild would begin another history. */
const rebuildEveryMs = 1_000;

/** Rebuilds Redis when it is emptied. Not by the queue, whose schedules are lost then too. */
export function startRebuilding(archiving: Archiving | undefined, { log, clock }: Core): Rebuilding {
  const warn = createRareWarnings(log, clock.now);
  let running: Promise<void> | undefined;
  const round = (): void => {
    running ??= archiving?.rebuild
      .ifEmptied()
      .catch((error: unknown) => warn(notRebuilt, { error: String(error) }))
      .finally(() => {
        running = undefined;
      });
  };
  const timer = setInterval(round, rebuildEveryMs);
  return {
    stop: async () => {
      clearInterval(timer);
      await running;
    },
  };
}

export interface Rebuilding {
  readonly stop: () => Promise<void>;
}

/** A short outage of S3 only delays a change; after this time people are told, and approve again when it is over. */
const refusedAfterMs = 60_000;

/** A drill changes nothing in the account. */
export function requireArchived(archiving: Archiving | undefined): RunDeps['requireArchived'] {
  return async (incident, hasBegun) => {
    if (archiving === undefined || isDrillId(incident)) return;
    const { archiver } = archiving;
    await archiver.require(incident).catch((thrown: unknown) => {
      const error = asOpsError(thrown);
      const waits = error.code === 'archive-behind' && archiver.refusedForMs() < refusedAfterMs;
      throw hasBegun || waits || error.code !== 'archive-behind'
        ? error
        : new OpsError('approval-lapsed', error.message, { cause: error });
    });
  };
}
