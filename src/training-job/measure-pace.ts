import { OpsError } from '../errors.ts';
import type { Pace } from '../ports/history/recovery-time.ts';
import type { Logs, TrainingJob } from '../ports/ports.ts';
import { type LogPace, logPace } from './log-pace.ts';
import { startUpOf } from './phases.ts';

/** Enough for hours of training at the usual logging intervals. */
const logLines = 1_000;

/** Measures how long a job took to start and how fast it trained. A log that cannot be read tells nothing. */
export async function measurePace(job: TrainingJob, logs: Logs): Promise<Pace> {
  const start = startUpOf(job);
  return { ...(start !== undefined && { start }), ...(await paceInLog(job.name, logs)) };
}

async function paceInLog(job: string, logs: Logs): Promise<LogPace | undefined> {
  try {
    const [first] = await logs.streams(job);
    return first && logPace(await logs.newest(first, logLines));
  } catch (thrown) {
    if (thrown instanceof OpsError) return undefined;
    throw thrown;
  }
}
