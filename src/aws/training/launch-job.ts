import { setTimeout as pause } from 'node:timers/promises';
import {
  CreateTrainingJobCommand,
  type CreateTrainingJobCommandInput,
  type DescribeTrainingJobCommandOutput,
} from '@aws-sdk/client-sagemaker';
import { OpsError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import { launchCall, type Tags, tagsOfTry } from '../../ports/calls.ts';
import type { Json, JsonObject, Launch, LaunchRequest, Token } from '../../ports/ports.ts';
import { callAws } from '../aws-errors.ts';
import type { SageMakerClients } from '../clients.ts';
import { findRaw } from './describe-job.ts';
import { fieldsOf, isList, isObject } from './job-fields.ts';
import { tagsOf } from './job-tags.ts';

interface LaunchParts {
  readonly clients: SageMakerClients;
  readonly log: Log;
}

/** After a lost answer: the wait before each look for the job. What takes longer is left to the queue, which waits without a worker. */
const looksMs = [0, 250, 500, 1_000, 2_000];

/** The codes after which the job may exist all the same; any other answer is AWS's word that it made none. */
const undecided: ReadonlySet<string> = new Set(['aws-unavailable', 'unexpected', 'job-foreign']);

/**
 * At most one job per token. The name is the fence, since AWS makes a name unique and knows no idempotency token:
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTrainingJob.html
 */
export async function launchJob(parts: LaunchParts, request: LaunchRequest, token: Token): Promise<Launch> {
  token.requireApproved(request);
  const standing = await findRaw(parts.clients.reads, request.TrainingJobName);
  if (standing !== undefined) return adopt(parts, standing, request, token);
  await token.confirm();
  const created = await create(parts, request, token);
  return created ?? settle(parts, request, token);
}

/** Undefined: nobody knows whether there is a job now. */
async function create(
  { clients, log }: LaunchParts,
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
    if (!undecided.has(error.code)) throw asRefusal(error);
    log.warn(
      { incident: token.incident, step: token.step, job: name, error: error.message },
      'launch undecided',
    );
    return undefined;
  }
}

/** The name stays, whatever happened: the queue comes again with the same token when the job is not to be seen yet. */
async function settle(parts: LaunchParts, request: LaunchRequest, token: Token): Promise<Launch> {
  const { TrainingJobName: name } = request;
  for (const ms of looksMs) {
    await pause(ms);
    const standing = await findRaw(parts.clients.reads, name);
    if (standing !== undefined) return adopt(parts, standing, request, token);
  }
  throw new OpsError('aws-unavailable', `it is not known yet whether CreateTrainingJob made ${name}`);
}

/** Takes a standing job for this try's own only when its marks and its fields say so. */
async function adopt(
  { clients }: LaunchParts,
  standing: DescribeTrainingJobCommandOutput,
  request: LaunchRequest,
  token: Token,
): Promise<Launch> {
  const { TrainingJobName: name } = request;
  const arn = standing.TrainingJobArn ?? '';
  const problem = foreignMark(await tagsOf(clients.reads, arn), token) ?? otherFields(standing, request);
  if (problem !== undefined) throw new OpsError('job-foreign', `${name} ${problem}`);
  return { name, arn, adopted: true };
}

function foreignMark(tags: Tags, token: Token): string | undefined {
  const marks = tagsOfTry(token);
  const key = ['relight:intent', 'relight:spec-hash'].find((mark) => tags.get(mark) !== marks.get(mark));
  if (key === undefined) return undefined;
  const found = tags.get(key);
  return found === undefined ? `has no tag ${key}` : `has the tag ${key} with the value ${found}`;
}

function otherFields(standing: DescribeTrainingJobCommandOutput, request: LaunchRequest): string | undefined {
  const { TrainingJobName: _name, Tags: _tags, ...asked } = request;
  const unmet = unmetFields(asked, fieldsOf(standing));
  return unmet.length === 0 ? undefined : `differs from the approved request in ${unmet.join(', ')}`;
}

/**
 * The dotted paths of what was asked for and is not there. What AWS adds by itself, such as a default LocalPath or
 * `EnableNetworkIsolation: false`, is no difference, and neither is a `false` that it leaves out.
 */
function unmetFields(asked: JsonObject, found: JsonObject): string[] {
  return Object.entries(asked).flatMap(([key, value]) => unmet(key, value, found[key]));
}

function unmet(path: string, asked: Json, found: Json | undefined): string[] {
  if (isList(asked)) return unmetItems(path, asked, isList(found) ? found : []);
  if (isObject(asked))
    return unmetFields(asked, isObject(found) ? found : {}).map((below) => `${path}.${below}`);
  return asked === (found ?? (asked === false ? false : undefined)) ? [] : [path];
}

function unmetItems(path: string, asked: readonly Json[], found: readonly Json[]): string[] {
  if (asked.length !== found.length) return [path];
  return asked.flatMap((item, index) => unmet(`${path}.${index}`, item, found[index]));
}

function inputOf(request: LaunchRequest, token: Token): CreateTrainingJobCommandInput {
  // The request was drafted from DescribeTrainingJob, whose copied fields have the shapes of this input.
  return launchCall(request, token).input as unknown as CreateTrainingJobCommandInput;
}

/** In Create, a resource that is not found is one that the request names, not the job. */
function asRefusal(error: OpsError): OpsError {
  return error.code === 'job-not-found' ? new OpsError('aws-refused', error.detail, { cause: error }) : error;
}
