import type { FixJob } from '../data/fix/fix-job.ts';
import type { FixResult } from '../data/fix/fix-result.ts';
import type { FixPlan } from '../data/fix/plan-fix.ts';
import type { FixRun } from '../data/fix/run-fix.ts';

/** Writes fixed copies of training data, in a process apart: it reads every byte of them. */
export interface DataFixes {
  /** The dry run: it reads everything and writes nothing. */
  readonly plan: (job: FixJob) => Promise<FixPlan>;
  readonly run: (job: FixJob, run: FixRun) => Promise<FixResult>;
}
