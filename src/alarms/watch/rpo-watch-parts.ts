import type { Report } from '../../incidents/intake/report.ts';
import type { Warnings } from '../../incidents/intake/warnings.ts';
import type { Log } from '../../log.ts';
import type { Complete, WatchedJob } from './rpo.ts';

/** Counts the looks in a row at which a job could not be read; `queue/unreadable.ts` keeps them. */
interface Unreadable {
  readonly add: (job: string, at: number) => Promise<{ readonly since: number; readonly looks: number }>;
  readonly clear: (job: string) => Promise<void>;
}

export interface WatchedTier {
  /** 0 is looked at first. */
  readonly rank: number;
  readonly rpoMinutes: number;
}

/** The playbook is found by the kind, as for every alarm. */
export type RpoReport = Pick<Report, 'job' | 'kind' | 'alarm'>;

/** What the watch stands on; the composition root joins it. */
export interface RpoWatchParts {
  /** The training jobs that go on; `cut`: there are more. */
  readonly runningJobs: () => Promise<{
    readonly found: readonly { readonly name: string; readonly createdAt: number }[];
    readonly cut: boolean;
  }>;
  readonly describe: (job: string) => Promise<WatchedJob>;
  /** `playbooks/checkpoints/newest-complete.ts`; `known` is what it answered at an earlier look. */
  readonly newest: (job: WatchedJob, known: Complete | undefined) => Promise<Complete | undefined>;
  readonly tierOf: (job: string) => WatchedTier | undefined;
  readonly report: (report: RpoReport) => Promise<void>;
  readonly warnings: Warnings;
  readonly unreadable: Unreadable;
  readonly now: () => number;
  readonly log: Log;
  /** DescribeTrainingJob is shared by the whole account. */
  readonly betweenJobsMs?: number;
}
