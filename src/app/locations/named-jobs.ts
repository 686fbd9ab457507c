import type { BotServices } from '../../bot/services.ts';
import { asFolder } from '../../checkpoints/folders.ts';
import { checkpointGrader } from '../../checkpoints/grading/grade-job.ts';
import type { Checkpoints, Training } from '../../ports/ports.ts';
import { guardedReads } from '../../ports/s3/guards.ts';
import type { Locations } from '../../ports/s3/locations.ts';
import { createCheckpointFolders } from '../../redis/checkpoint-folders.ts';
import { hasEnded, trains } from '../../training-job/job-state.ts';
import type { Core } from '../core.ts';
import { locationsOfJob } from './s3-locations.ts';

interface NamedJobSources {
  readonly training: Pick<Training, 'find'>;
  readonly checkpoints: Checkpoints;
}

/** Jobs that people name, such as the one that took over by hand. */
export function namedJobs(
  core: Pick<Core, 'config' | 'tierOf' | 'followed' | 'launches' | 'redis' | 'clock'>,
  { training, checkpoints }: NamedJobSources,
): Pick<BotServices, 'findJob' | 'follow' | 'checkpointFolders' | 'gradeCheckpoints'> {
  const { followed, launches, redis, clock } = core;
  const folders = createCheckpointFolders(redis.forAnswers);
  const locationsOf = (job: string): Locations => locationsOfJob(core, training, job);
  const checkpointsOf = (job: string): Checkpoints => guardedReads(checkpoints, locationsOf(job));
  return {
    checkpointFolders: {
      ...folders,
      require: async (job, folder) =>
        locationsOf(job).requireFor('checkpoints', asFolder(folder), `named for ${job}`),
    },
    gradeCheckpoints: checkpointGrader({ training, checkpointsOf, folders, clock }),
    findJob: async (name) => {
      const job = await training.find(name);
      return job && { trains: trains(job) || job.status === 'Completed', isOver: hasEnded(job) };
    },
    follow: async (job, incident) => {
      await followed.add(incident);
      await launches.note(job, incident);
    },
  };
}
