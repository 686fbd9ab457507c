import { StopTrainingJobCommand, type StopTrainingJobCommandInput } from '@aws-sdk/client-sagemaker';
import { OpsError } from '../../errors.ts';
import { stopCall } from '../../ports/calls.ts';
import type { Token, TrainingJob } from '../../ports/ports.ts';
import { callAws } from '../aws-errors.ts';
import type { SageMakerClients } from '../clients.ts';
import { describeJob } from './describe-job.ts';

/** SIGTERM, then up to 120 s: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_StopTrainingJob.html */
export async function stopJob(clients: SageMakerClients, name: string, token: Token): Promise<void> {
  const standing = await describeJob(clients.reads, name);
  if (!runs(standing)) return;
  await token.confirm();
  try {
    await callAws(`StopTrainingJob ${name}`, () =>
      clients.creates.send(
        new StopTrainingJobCommand(stopCall(name).input as unknown as StopTrainingJobCommandInput),
      ),
    );
  } catch (error) {
    // A job that ended between the two calls is refused, and is what was asked for.
    if (!(error instanceof OpsError) || error.code !== 'aws-refused') throw error;
    if (runs(await describeJob(clients.reads, name))) throw error;
  }
}

function runs({ status }: TrainingJob): boolean {
  return !['Completed', 'Failed', 'Stopped', 'Stopping'].includes(status);
}
