import type { WorkLost } from '../../ports/history/recovery-time.ts';
import type { JsonObject, TrainingJob } from '../../ports/ports.ts';
import { trainedMs } from '../../training-job/phases.ts';
import { alternativesIn, gpusOf } from '../prices/machines.ts';
import { type Relaunch, stepOf } from '../relaunch-terms.ts';

/**
 * The work of the failed job that the new one does again. `source`: the fields of the failed job. Undefined for a job that
 * has completed, which lost nothing.
 */
export function workLost(
  { origin, rpoMinutes, ageIsSure = true }: Relaunch,
  failed: TrainingJob,
  source: JsonObject,
): WorkLost | undefined {
  if (failed.status === 'Completed') return undefined;
  const minutes = origin.from === 'checkpoint' ? origin.checkpoint.ageMinutes : trainedMs(failed) / 60_000;
  const gpus = gpusIn(source);
  return {
    fromStep: stepOf(origin),
    minutes,
    rpoMinutes,
    ...(!ageIsSure && { atLeast: true }),
    ...(gpus !== undefined && { gpuHours: (gpus * minutes) / 60 }),
  };
}

/** A job with several preferences ran on one of them, but does not say on which. */
function gpusIn(source: JsonObject): number | undefined {
  if (source['ResourceConfig'] === undefined) return undefined;
  const [machines, ...others] = alternativesIn(source);
  return machines === undefined || others.length > 0 ? undefined : gpusOf(machines);
}
