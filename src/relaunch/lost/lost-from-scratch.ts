import { highestCheckpoint } from '../../checkpoints/finding/list-checkpoints.ts';
import { asFolder, type CheckpointFolder, nameOf } from '../../checkpoints/folders.ts';
import { counted, minutes } from '../../in-words.ts';
import type { Ports, TrainingJob } from '../../ports/ports.ts';
import { trainedMs } from '../../training-job/phases.ts';
import { stepsInLog } from '../../training-job/steps-in-log.ts';

/** The work that is lost by starting from scratch. */
export interface LostWork {
  /** The highest step in its checkpoints or its log; absent if there is none. */
  readonly steps?: number;
  /** Total time in `Training`, over all its restarts. */
  readonly trainedMinutes: number;
  /** The newest checkpoint folder, which is not used. */
  readonly newest?: CheckpointFolder;
}

const logLines = 200;

export async function lostWork(job: TrainingJob, ports: Ports): Promise<LostWork> {
  const newest =
    job.checkpointUri === undefined
      ? undefined
      : await highestCheckpoint(ports.checkpoints, asFolder(job.checkpointUri));
  const { beyond } = stepsInLog(await ports.logs.tail(job.name, logLines), newest?.step ?? 0);
  const steps = beyond ?? newest?.step;
  return {
    ...(steps !== undefined && { steps }),
    trainedMinutes: trainedMs(job) / 60_000,
    ...(newest !== undefined && { newest }),
  };
}

export function lossInWords({ steps, trainedMinutes, newest }: LostWork): string[] {
  const trained = `${minutes(trainedMinutes)} of training`;
  return [
    steps === undefined
      ? `All progress is lost: ${trained}`
      : `All progress is lost: ${counted(steps, 'step')}, ${trained}`,
    ...(newest === undefined
      ? []
      : [`Its own checkpoints, up to ${nameOf(newest.uri)}, are kept but not used`]),
  ];
}
