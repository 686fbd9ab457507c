import type { Core } from '../core.ts';
import type { HttpDeps, ReadyCheck } from '../http.ts';

/** Longer than any pause between two tries in which S3 works again. */
const behindMs = 60_000;

type HealthDeps = Pick<Core, 'config' | 'clock' | 'waitingJournals' | 'archiveState'>;

/** How old the oldest entry is that the vault lacks, in ms; 0 if it has all. */
async function lagMs({ clock, waitingJournals }: HealthDeps): Promise<number> {
  const since = await waitingJournals.oldestSince();
  return since === undefined ? 0 : Math.max(0, clock.now() - since);
}

/** Nothing with RELIGHT_AUDIT=journal-only. */
export function archiveChecks(core: HealthDeps): readonly ReadyCheck[] {
  if (core.config.auditBucket === undefined) return [];
  return [
    {
      name: 'archive',
      run: async () => {
        const lag = await lagMs(core);
        if (lag < behindMs) return undefined;
        const { why = 'no worker has copied it' } = (await core.archiveState.trouble()) ?? {};
        return `an entry of a journal is not in the audit vault after ${seconds(lag)} s, so changes are refused: ${why}`;
      },
    },
  ];
}

/**
 * Shown by /readyz beside the checks. Heads that are not signed are no reason to send a process no clicks: entries are
 * archived all the same, and get their head later.
 */
export async function archiveDetails(core: HealthDeps): Promise<Readonly<Record<string, string>>> {
  if (core.config.auditBucket === undefined) return { archived: 'no: RELIGHT_AUDIT is journal-only' };
  const [lag, trouble] = await Promise.all([lagMs(core), core.archiveState.headTrouble()]);
  return {
    archived: lag === 0 ? 'all entries' : `all but the last ${seconds(lag)} s`,
    ...(trouble && { heads: `not signed since ${new Date(trouble.since).toISOString()}: ${trouble.why}` }),
  };
}

export function archiveGauges(core: HealthDeps): HttpDeps['gauges'] {
  const { waitingJournals, archiveState, clock } = core;
  return [
    {
      name: 'relight_archive_lag_seconds',
      help: 'Age of the oldest journal entry that is not in the audit vault; 0 if all are',
      read: async () => (await lagMs(core)) / 1_000,
    },
    {
      name: 'relight_archive_head_lag_seconds',
      help: 'Time since the vault has entries that no signed head covers; 0 if all are covered',
      read: async () => {
        const since = await waitingJournals.unsignedSince();
        return since === undefined ? 0 : Math.max(0, clock.now() - since) / 1_000;
      },
    },
    {
      name: 'relight_archive_restored_journals',
      help: 'Journals that were restored from the audit vault since Redis was last emptied',
      read: async () => archiveState.restored(),
    },
  ];
}

function seconds(ms: number): number {
  return Math.round(ms / 1_000);
}
