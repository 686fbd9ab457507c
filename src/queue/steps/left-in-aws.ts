import type { ActionPorts } from '../../playbooks/define/action-ports.ts';
import type { JsonObject, TrainingJob } from '../../ports/ports.ts';
import { executionArnOf } from '../../ports/state-machines/execution-names.ts';
import { type Execution, executionRequestIn, isRunning } from '../../ports/state-machines/state-machines.ts';
import { hasEnded, stateInWords } from '../../training-job/job-state.ts';

/** What AWS has of a request that was being sent. */
interface LeftInAws {
  readonly says: string;
  readonly exists: boolean;
  /** The job, or the ARN of the execution, that still runs. */
  readonly running?: string;
}

/** Looks up what the request launched, stopped or started; undefined for a request that names nothing of the kind. */
export async function leftInAws(
  request: JsonObject,
  { training, stateMachines }: Pick<ActionPorts, 'training' | 'stateMachines'>,
): Promise<LeftInAws | undefined> {
  const { TrainingJobName: name } = request;
  if (typeof name === 'string') {
    const job = await training.find(name);
    const exists = job !== undefined;
    return {
      says: jobInWords(name, job),
      exists,
      ...(job !== undefined && !hasEnded(job) && { running: name }),
    };
  }
  const arn = executionIn(request);
  if (arn === undefined) return undefined;
  const found = await stateMachines.find(arn);
  return {
    says: executionInWords(arn, found),
    exists: found !== undefined,
    ...(found !== undefined && isRunning(found) && { running: arn }),
  };
}

function executionIn(request: JsonObject): string | undefined {
  const { executionArn } = request;
  if (typeof executionArn === 'string') return executionArn;
  const asked = executionRequestIn(request);
  return asked && executionArnOf(asked.stateMachineArn, asked.name);
}

function jobInWords(name: string, job: TrainingJob | undefined): string {
  if (job === undefined)
    return `AWS shows no training job ${name}. If its launch was on the way, it may still appear: look in the SageMaker console before you launch another.`;
  if (hasEnded(job)) return `${name} exists in AWS and has ended (${job.status}).`;
  const { instanceCount = 1, instanceType = 'its instances' } = job;
  return `It was sent before it was canceled, and Relight cannot take it back: ${name} is ${stateInWords(job)} in AWS, and ${instanceCount} × ${instanceType} may be billed until it ends.`;
}

function executionInWords(arn: string, execution: Execution | undefined): string {
  if (execution === undefined)
    return `AWS shows no execution ${arn}. If its start was on the way, it may still appear: look in the Step Functions console before you start another.`;
  if (!isRunning(execution)) return `${arn} exists in AWS and has ended (${execution.status}).`;
  return `It was sent before it was canceled, and Relight cannot take back what it has done: ${arn} is ${execution.status} in AWS and goes on until it ends or is stopped.`;
}
