import type { Log } from '../../log.ts';
import type { TrainingChanges } from '../../ports/ports.ts';
import { unless } from '../aws-errors.ts';
import type { SageMakerClients } from '../clients.ts';
import { cloneJob } from './clone-job.ts';
import { describeJob, describeRaw } from './describe-job.ts';
import { tagsOf } from './job-tags.ts';
import { launchJob } from './launch-job.ts';
import { stopJob } from './stop-job.ts';

export function createTraining(clients: SageMakerClients, log: Log): TrainingChanges {
  const { reads } = clients;
  return {
    describe: (job) => describeJob(reads, job),
    find: (job) => unless(['job-not-found'], () => describeJob(reads, job)),
    tags: async (job) => tagsOf(reads, (await describeJob(reads, job)).arn),
    draftClone: async (job, changes) => {
      const described = await describeRaw(reads, job);
      return cloneJob(described, await tagsOf(reads, described.TrainingJobArn ?? ''), changes);
    },
    stop: (job, token) => stopJob(clients, job, token),
    launch: (request, token) => launchJob({ clients, log }, request, token),
  };
}
