import { OpsError } from '../../errors.ts';
import type { Basis } from '../../ports/basis.ts';
import { attemptKeyOf } from '../../ports/calls.ts';
import { append } from '../../ports/collections.ts';
import type { JsonObject, Training } from '../../ports/ports.ts';
import type { Proposal } from '../../ports/step-output.ts';
import { freezeCheckpoint } from '../../relaunch/frozen-basis.ts';
import { isSealed } from '../../sanitize/seal.ts';
import type { RunDeps, StepRun } from './step-run.ts';

interface Filled<T> {
  readonly value: T;
  /** Fields whose secret no job has any more. */
  readonly missing: readonly string[];
}

type Deps = Pick<RunDeps, 'sealer' | 'portsFor'>;
type Run = Pick<StepRun, 'job' | 'incident'>;

/** Returns the request to send. Throws if a secret in it is gone or is not the approved one. */
export async function requestToSend(
  deps: Deps,
  run: Run,
  { request, source }: { readonly request: JsonObject; readonly source?: string | undefined },
): Promise<JsonObject> {
  const { subject, job } = run.incident;
  // If the source job is gone, the job launched by an earlier run of this attempt has the same secrets.
  const { TrainingJobName: launched } = request;
  const jobs = [source ?? subject, subject, job, ...(typeof launched === 'string' ? [launched] : [])];
  const { value, missing } = await fillIn(deps, run, request, jobs);
  if (missing.length > 0)
    throw new OpsError('secret-changed', `${missing.slice(0, 5).join(', ')} of ${source ?? subject}`);
  return value;
}

/**
 * The basis of the request, in a form that can be compared with the current state. Addresses are read from the fields of
 * the jobs and file names from S3. A value found in neither stays a hash and so counts as changed.
 */
export async function basisToCheck(
  deps: Deps,
  run: Run,
  { reliesOn = [] }: Pick<Proposal, 'reliesOn'>,
): Promise<readonly Basis[]> {
  const { subject, job, id } = run.incident;
  const { value } = await fillIn(deps, run, reliesOn, [subject, job]);
  if (!isSealed(value)) return value;
  const { checkpoints } = deps.portsFor(attemptKeyOf(run.job));
  const present: unknown[] = [];
  for (const basis of value)
    if (basis.kind === 'checkpoint')
      present.push(await freezeCheckpoint({ uri: basis.uri, also: basis.also }, checkpoints));
  return deps.sealer.open(value, id, present).value;
}

/** The input of a step. Secrets in text for people come from logs and cannot be read again: they stay hashes. */
export async function inputToUse(deps: Deps, run: Run, input: unknown): Promise<unknown> {
  const { subject, job } = run.incident;
  return (await fillIn(deps, run, input, [subject, job])).value;
}

/**
 * The journal keeps hashes of secrets. When a secret is needed, it is read from the jobs that had it, one job after the
 * other until every hash is matched. A secret with a different hash is never used.
 */
async function fillIn<T>(
  { sealer, portsFor }: Deps,
  { job, incident }: Run,
  value: T,
  jobs: readonly string[],
): Promise<Filled<T>> {
  if (!isSealed(value)) return { value, missing: [] };
  const { training } = portsFor(attemptKeyOf(job));
  const sources: JsonObject[] = [];
  let filled: Filled<T> = { value, missing: ['the request'] };
  for (const name of new Set(jobs)) {
    append(sources, await fieldsOf(training, name));
    filled = sealer.open(value, incident.id, sources);
    if (filled.missing.length === 0) break;
  }
  return filled;
}

/** Every field that SageMaker returns for a job; empty if the job does not exist. */
async function fieldsOf(training: Training, job: string): Promise<JsonObject[]> {
  try {
    return [(await training.draftClone(job, { name: job, tags: {} })).source];
  } catch (thrown) {
    if (thrown instanceof OpsError && thrown.code === 'job-not-found') return [];
    throw thrown;
  }
}
