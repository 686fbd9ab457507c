import { StopTrainingJobCommand, type StopTrainingJobCommandInput } from '@aws-sdk/client-sagemaker';
import { OpsError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import { stopCall } from '../../ports/calls.ts';
import type { Token, TrainingChanges, TrainingJob } from '../../ports/ports.ts';
import { callAws, unless } from '../aws-errors.ts';
import type { SageMakerClients } from '../clients.ts';
import { cloneJob } from './clone-job.ts';
import { describeJob, describeRaw } from './describe-job.ts';
import { tagsOf } from './job-tags.ts';
import { launchJob } from './launch-job.ts';

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

/** Stops a job if it is still running. SageMaker sends SIGTERM and waits up to 120 s: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_StopTrainingJob.html */
async function stopJob(clients: SageMakerClients, name: string, token: Token): Promise<void> {
  const job = await describeJob(clients.reads, name);
  if (!isRunning(job)) return;
  await token.confirm();
  try {
    await callAws(`StopTrainingJob ${name}`, () =>
      clients.creates.send(
        // The call is plain JSON that people read before they approve; the SDK wants its own input type.
        new StopTrainingJobCommand(stopCall(name).input as unknown as StopTrainingJobCommandInput),
      ),
    );
  } catch (error) {
    // AWS refuses to stop a job that ended between the two calls, which is the desired state.
    if (!(error instanceof OpsError) || error.code !== 'aws-refused') throw error;
    if (isRunning(await describeJob(clients.reads, name))) throw error;
  }
}

function isRunning({ status }: TrainingJob): boolean {
  return !['Completed', 'Failed', 'Stopped', 'Stopping'].includes(status);
}
