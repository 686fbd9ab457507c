import { asOpsError, OpsError } from '../../errors.ts';
import type { Clock } from '../../ports/ports.ts';
import type { ArchiveWriter } from './archive-writer.ts';
import type { WaitingJournals } from './waiting.ts';

/** Since when the vault refuses the journals, in ms, and why. */
export interface ArchiveTrouble {
  readonly since: number;
  readonly why: string;
}

export interface ArchiverDeps {
  readonly writer: ArchiveWriter;
  readonly waiting: WaitingJournals;
  readonly clock: Clock;
  /** Called when the vault starts to refuse, and with undefined when it takes the journals again. */
  readonly noteTrouble: (trouble: ArchiveTrouble | undefined) => Promise<void>;
  /** Reports a journal that cannot be copied because something other than Relight changed it. */
  readonly reportRefused: (journal: string, error: OpsError) => Promise<void>;
  /** Redis has fewer entries than the vault. Returns whether it has them again. */
  readonly restore: (journal: string) => Promise<boolean>;
}

export interface Archiver {
  /** Copies the journals that have grown. Costs two Redis commands while nothing happens. */
  readonly sweep: () => Promise<void>;
  /**
   * The decisions that a change rests on are in the vault before it: copies the rest of this journal now. Throws
   * `archive-behind` while the vault refuses it, `journal-forked` and `journal-forged`.
   */
  readonly require: (incident: string) => Promise<void>;
  /** How long the vault has refused what this process wrote; 0 if it takes the journals. */
  readonly refusedForMs: () => number;
}

/** Per sweep, so that a sweep ends: those that have grown, and those that are compared. */
const [maxGrown, maxCompared] = [200, 20];
/** Finds what the list of grown journals lacks: after an upgrade, and if something other than Relight changed it. */
const [compareEveryMs, compareIdleEveryMs] = [30_000, 600_000];
const [firstPauseMs, maxPauseMs] = [2_000, 60_000];

const notOurs: ReadonlySet<OpsError['code']> = new Set([
  'journal-forged',
  'journal-forked',
  'journal-unreadable',
]);

export function createArchiver(deps: ArchiverDeps): Archiver {
  const vault = vaultState(deps);
  const compare = createComparison(deps);
  return {
    refusedForMs: vault.refusedForMs,
    sweep: async () => {
      if (!vault.mayTry()) return;
      const journals = new Set([
        ...(await deps.waiting.grown(maxGrown)),
        ...(await compare.next(maxCompared)),
      ]);
      for (const journal of journals) {
        const done = await copy(deps, journal).catch(async (thrown: unknown) =>
          vault.failed(asOpsError(thrown)),
        );
        if (done === 'refused') return;
        compare.handled(journal);
        await vault.worked();
      }
    },
    require: async (incident) => {
      try {
        const { redisIsBehind } = await deps.writer.catchUp(incident);
        if (redisIsBehind) throw behind(incident, await deps.restore(incident));
      } catch (thrown) {
        const error = asOpsError(thrown);
        if (!isOfVault(error)) throw error;
        await vault.failed(error);
        throw new OpsError('archive-behind', error.message, { cause: error });
      }
      await vault.worked();
    },
  };
}

/** The state that was loaded for the change is older than what was restored, so it starts over. */
function behind(incident: string, restored: boolean): OpsError {
  return restored
    ? new OpsError('archive-behind', `Redis had lost entries of ${incident}; they are restored`)
    : new OpsError('journal-forked', `Redis has lost entries of ${incident}`);
}

/** A journal that something other than Relight changed is reported and left, so that it does not keep the others back. */
async function copy(
  { writer, waiting, clock, reportRefused, restore }: ArchiverDeps,
  journal: string,
): Promise<void> {
  const now = clock.now();
  try {
    const { count, redisIsBehind } = await writer.catchUp(journal);
    if (redisIsBehind) await restore(journal);
    await waiting.handled(journal, redisIsBehind ? { now } : { lines: count, now });
  } catch (thrown) {
    const error = asOpsError(thrown);
    if (!notOurs.has(error.code)) throw error;
    await reportRefused(journal, error);
    await waiting.handled(journal, { now });
  }
}

/** Journals whose length is not the one that was last handled. */
function createComparison({ waiting, clock }: Pick<ArchiverDeps, 'waiting' | 'clock'>) {
  let lengths: ReadonlyMap<string, number> = new Map();
  let last = { at: Number.NEGATIVE_INFINITY, growth: '' };
  const seen = new Map<string, number>();
  return {
    next: async (max: number): Promise<readonly string[]> => {
      const [now, growth] = [clock.now(), await waiting.growth()];
      const everyMs = growth === last.growth ? compareIdleEveryMs : compareEveryMs;
      if (now - last.at >= everyMs || now < last.at) {
        lengths = await waiting.lengths();
        last = { at: now, growth };
        for (const journal of seen.keys()) if (!lengths.has(journal)) seen.delete(journal);
      }
      return [...lengths].flatMap(([id, length]) => (seen.get(id) === length ? [] : [id])).slice(0, max);
    },
    handled: (journal: string): void => {
      const length = lengths.get(journal);
      if (length !== undefined) seen.set(journal, length);
    },
  };
}

function isOfVault({ code }: OpsError): boolean {
  return code.startsWith('aws-');
}

/** While the vault refuses, it is asked less and less often, at most once a minute. */
function vaultState({ clock, noteTrouble }: Pick<ArchiverDeps, 'clock' | 'noteTrouble'>) {
  let trouble: (ArchiveTrouble & { readonly pauseMs: number; readonly until: number }) | undefined;
  return {
    // A clock that was set back must not make the pause longer.
    mayTry: (): boolean => {
      const waitMs = (trouble?.until ?? 0) - clock.now();
      return waitMs <= 0 || waitMs > maxPauseMs;
    },
    refusedForMs: (): number => (trouble === undefined ? 0 : clock.now() - trouble.since),
    worked: async (): Promise<void> => {
      if (trouble === undefined) return;
      trouble = undefined;
      await noteTrouble(undefined);
    },
    /** Throws what is not an error of the vault. */
    failed: async (error: OpsError): Promise<'refused'> => {
      if (!isOfVault(error)) throw error;
      const now = clock.now();
      const pauseMs = Math.min(maxPauseMs, (trouble?.pauseMs ?? firstPauseMs / 2) * 2);
      trouble = { since: trouble?.since ?? now, why: error.message, pauseMs, until: now + pauseMs };
      await noteTrouble({ since: trouble.since, why: error.message });
      return 'refused';
    },
  };
}
