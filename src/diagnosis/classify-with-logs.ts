import type { OpsError } from '../errors.ts';
import type { Logs, TrainingJob } from '../ports/ports.ts';
import { classifyFailure, needsLog } from './classify-failure.ts';
import { readHosts } from './logs/read-hosts.ts';
import type { Verdict } from './verdict.ts';

export interface ReadVerdict {
  readonly verdict: Verdict;
  /** The error that ended the reading of the logs; the verdict relies on those before it. */
  readonly failed?: OpsError;
}

/** Classifies why an ended job failed. Reads the log of every host if a log can change the answer. */
export async function classifyWithLogs(job: TrainingJob, port: Logs): Promise<ReadVerdict> {
  if (!needsLog(job)) return { verdict: classifyFailure(job, []) };
  const { logs, failed } = await readHosts(port, job.name);
  return { verdict: classifyFailure(job, logs), ...(failed !== undefined && { failed }) };
}
