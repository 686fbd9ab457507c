import type { DescribedJob } from '../../aws/training/saved-describe.ts';
import { diagnoseJob, type Verdict } from '../../diagnosis/diagnose-job.ts';

/** How much of a log decides: as much as the bot reads of a live one. */
export const tailLines = 200;

export function verdictOn(job: DescribedJob, logTail: readonly string[]): Verdict {
  return diagnoseJob(job, { logTail, storedModel: job.storedModel });
}
