import type { FixJob } from './fix-job.ts';
import type { FixResult } from './fix-result.ts';
import type { FixPlan } from './plan/plan-fix.ts';
import type { FixRun } from './run-fix.ts';

/** Writes fixed copies of training data, in a process apart: it reads every byte of them. */
export interface DataFixes {
  /** The dry run: it reads everything and writes nothing. */
  readonly plan: (job: FixJob) => Promise<FixPlan>;
  readonly run: (job: FixJob, run: FixRun) => Promise<FixResult>;
}
