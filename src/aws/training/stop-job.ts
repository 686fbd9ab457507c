import { StopTrainingJobCommand, type StopTrainingJobCommandInput } from '@aws-sdk/client-sagemaker';
import { OpsError } from '../../errors.ts';
import { stopCall } from '../../ports/calls.ts';
import type { Token, TrainingJob } from '../../ports/ports.ts';
import { callAws } from '../aws-errors.ts';
import type { SageMakerClients } from '../clients.ts';
import { describeJob } from './describe-job.ts';

/** Stops a job if it is still running. SageMaker sends SIGTERM and waits up to 120 s: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_StopTrainingJob.html */
export async function stopJob(clients: SageMakerClients, name: string, token: Token): Promise<void> {
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
