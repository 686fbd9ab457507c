import { setTimeout as pause } from 'node:timers/promises';
import {
  CreateTrainingJobCommand,
  type CreateTrainingJobCommandInput,
  type DescribeTrainingJobCommandOutput,
} from '@aws-sdk/client-sagemaker';
import { OpsError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import { launchCall } from '../../ports/calls.ts';
import type { Launch, LaunchRequest, Token } from '../../ports/ports.ts';
import { callAws } from '../aws-errors.ts';
import type { SageMakerClients } from '../clients.ts';
import { findRaw } from './describe-job.ts';
import { tagsOf } from './job-tags.ts';
import { mismatchOf } from './same-launch.ts';

interface LaunchDeps {
  readonly clients: SageMakerClients;
  readonly log: Log;
}

/** Delays between lookups of the job after a lost response. After that the queue retries without blocking a worker. */
const lookupDelaysMs = [0, 250, 500, 1_000, 2_000];

/** Error codes after which the job may still exist. Any other error means that AWS did not create it. */
const ambiguousCodes: ReadonlySet<string> = new Set(['aws-unavailable', 'unexpected', 'job-foreign']);

/**
 * Launches at most one job per token. The job name is the fence: AWS enforces unique names and has no idempotency token.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTrainingJob.html
 */
export async function launchJob(deps: LaunchDeps, request: LaunchRequest, token: Token): Promise<Launch> {
  token.requireApproved(request);
  const existing = await findRaw(deps.clients.reads, request.TrainingJobName);
  if (existing !== undefined) return adopt(deps, existing, request, token);
  await token.confirm();
  const created = await create(deps, request, token);
  return created ?? confirmLaunch(deps, request, token);
}

/** Returns undefined when it is unknown whether the job was created. */
async function create(
  { clients, log }: LaunchDeps,
  request: LaunchRequest,
  token: Token,
): Promise<Launch | undefined> {
  const { TrainingJobName: name } = request;
  try {
    const answer = await callAws(`CreateTrainingJob ${name}`, () =>
      clients.creates.send(new CreateTrainingJobCommand(inputOf(request, token))),
    );
    return answer.TrainingJobArn === undefined
      ? undefined
      : { name, arn: answer.TrainingJobArn, adopted: false };
  } catch (error) {
    if (!(error instanceof OpsError)) throw error;
    if (!ambiguousCodes.has(error.code)) throw asRefusal(error);
    log.warn(
      { incident: token.incident, step: token.step, job: name, error: error.message },
      'launch outcome unknown',
    );
    return undefined;
  }
}

/** Looks for the job after a lost response. If it is not visible yet, the queue retries with the same token and name. */
async function confirmLaunch(deps: LaunchDeps, request: LaunchRequest, token: Token): Promise<Launch> {
  const { TrainingJobName: name } = request;
  for (const ms of lookupDelaysMs) {
    await pause(ms);
    const existing = await findRaw(deps.clients.reads, name);
    if (existing !== undefined) return adopt(deps, existing, request, token);
  }
  throw new OpsError('aws-unavailable', `it is not known yet whether CreateTrainingJob created ${name}`);
}

/** Adopts an existing job only if its tags and fields prove that this attempt created it. */
async function adopt(
  { clients }: LaunchDeps,
  existing: DescribeTrainingJobCommandOutput,
  request: LaunchRequest,
  token: Token,
): Promise<Launch> {
  const { TrainingJobName: name } = request;
  const arn = existing.TrainingJobArn ?? '';
  const problem = mismatchOf(existing, await tagsOf(clients.reads, arn), request, token);
  if (problem !== undefined) throw new OpsError('job-foreign', `${name} ${problem}`);
  return { name, arn, adopted: true };
}

function inputOf(request: LaunchRequest, token: Token): CreateTrainingJobCommandInput {
  // The request was drafted from DescribeTrainingJob, whose copied fields have the same shapes as this input.
  return launchCall(request, token).input as unknown as CreateTrainingJobCommandInput;
}

/** A not-found error from Create is about a resource in the request, not about the job. */
function asRefusal(error: OpsError): OpsError {
  return error.code === 'job-not-found' ? new OpsError('aws-refused', error.detail, { cause: error }) : error;
}
