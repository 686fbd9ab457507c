import { OpsError } from '../../errors.ts';
import type { Basis } from '../../ports/basis.ts';
import { markOf } from '../../ports/calls.ts';
import { append } from '../../ports/collections.ts';
import type { JsonObject, Training } from '../../ports/ports.ts';
import type { Proposal } from '../../ports/step-output.ts';
import { freezeCheckpoint } from '../../relaunch/frozen-basis.ts';
import { isSealed } from '../../sanitize/seal.ts';
import type { RunParts, StepRun } from './step-run.ts';

interface Filled<T> {
  readonly value: T;
  /** The fields whose secret no job has any more. */
  readonly missing: readonly string[];
}

type Parts = Pick<RunParts, 'sealer' | 'portsFor'>;
type Run = Pick<StepRun, 'job' | 'incident'>;

/** The request as it is sent. Throws where a secret in it is gone, or is not the one that was approved. */
export async function requestToSend(
  parts: Parts,
  run: Run,
  { request, source }: { readonly request: JsonObject; readonly source?: string | undefined },
): Promise<JsonObject> {
  const { subject, job } = run.incident;
  // The job that an earlier run of this try has launched holds the secrets as well, should the source be gone by now.
  const { TrainingJobName: launched } = request;
  const jobs = [source ?? subject, subject, job, ...(typeof launched === 'string' ? [launched] : [])];
  const { value, missing } = await fillIn(parts, run, request, jobs);
  if (missing.length > 0)
    throw new OpsError('secret-changed', `${missing.slice(0, 5).join(', ')} of ${source ?? subject}`);
  return value;
}

/**
 * What the request relies on, as it can be compared with what there is now. Addresses are in the fields of the jobs, and
 * names of files in S3 itself; what is in neither any more stays a hash, and so is found to have changed.
 */
export async function basisToCheck(
  parts: Parts,
  run: Run,
  { reliesOn = [] }: Pick<Proposal, 'reliesOn'>,
): Promise<readonly Basis[]> {
  const { subject, job, id } = run.incident;
  const { value } = await fillIn(parts, run, reliesOn, [subject, job]);
  if (!isSealed(value)) return value;
  const { checkpoints } = parts.portsFor(markOf(run.job));
  const present: unknown[] = [];
  for (const basis of value)
    if (basis.kind === 'checkpoint')
      present.push(await freezeCheckpoint({ uri: basis.uri, also: basis.also }, checkpoints));
  return parts.sealer.open(value, id, present).value;
}

/** What a step works on. Text for people may hold secrets of a log, which no job gives back: they stay hashes. */
export async function inputToUse(parts: Parts, run: Run, input: unknown): Promise<unknown> {
  const { subject, job } = run.incident;
  return (await fillIn(parts, run, input, [subject, job])).value;
}

/**
 * The journal keeps hashes of secrets. When they are needed they are read again from the jobs that had them, one job
 * after the other until every hash is matched; a secret with another hash is never taken.
 */
async function fillIn<T>(
  { sealer, portsFor }: Parts,
  { job, incident }: Run,
  value: T,
  jobs: readonly string[],
): Promise<Filled<T>> {
  if (!isSealed(value)) return { value, missing: [] };
  const { training } = portsFor(markOf(job));
  const sources: JsonObject[] = [];
  let filled: Filled<T> = { value, missing: ['the request'] };
  for (const name of new Set(jobs)) {
    append(sources, await fieldsOf(training, name));
    filled = sealer.open(value, incident.id, sources);
    if (filled.missing.length === 0) break;
  }
  return filled;
}

/** Everything that SageMaker gives back of a job; nothing where there is no such job. */
async function fieldsOf(training: Training, job: string): Promise<JsonObject[]> {
  try {
    return [(await training.draftClone(job, { name: job, tags: {} })).source];
  } catch (thrown) {
    if (thrown instanceof OpsError && thrown.code === 'job-not-found') return [];
    throw thrown;
  }
}
