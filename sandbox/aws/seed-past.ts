import type { Job } from './job.ts';
import type { Logbook } from './logbook.ts';
import { progressLine } from './script-output.ts';

/** As long as a step takes in life, in seconds. */
const stepSeconds = 6;

/** A job that stands at step 1,320 when the sandbox starts has trained, logged and been measured for two hours. */
export function giveAPast(job: Job, step: number, logbook: Logbook): void {
  const trained = step * stepSeconds;
  const now = Date.now() / 1000;
  const earlier = job.transitions.map((one) => ({
    ...one,
    StartTime: one.StartTime - trained - beforeTraining(one.Status),
    ...(one.EndTime === undefined
      ? {}
      : { EndTime: one.EndTime - trained - beforeTraining(one.Status, 'end') }),
  }));
  job.transitions.splice(0, job.transitions.length, ...earlier);
  job.createdAt = earlier[0]?.StartTime ?? job.createdAt;
  job.startedAt = now - trained;
  for (let past = 1; past <= step; past += 1)
    logbook.write(job, progressLine(past), (now - (step - past) * stepSeconds) * 1000);
}

/** How many seconds before the training a stage began, and ended. */
function beforeTraining(status: string, edge: 'start' | 'end' = 'start'): number {
  const stages: Readonly<Record<string, readonly [number, number]>> = {
    Starting: [195, 45],
    Downloading: [45, 0],
  };
  return stages[status]?.[edge === 'start' ? 0 : 1] ?? 0;
}
