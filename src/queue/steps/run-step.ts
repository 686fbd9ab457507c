import { asOpsError, type OpsError } from '../../errors.ts';
import { lapseOf } from '../../incidents/decisions.ts';
import type { IncidentEvent } from '../../incidents/model/events.ts';
import { type Incident, stateOf } from '../../incidents/model/incident.ts';
import type { Catalog } from '../../playbooks/catalog.ts';
import { restoreNext } from '../../playbooks/suggested-playbooks.ts';
import { markOf } from '../../ports/calls.ts';
import type { StepJob } from '../jobs.ts';
import { nextMove } from './consequences.ts';
import { renewal } from './renew.ts';
import { carryOut } from './run-change.ts';
import { look, preview } from './run-read.ts';
import { type ActionStep, progress, type RunParts, record, type StepRun } from './step-run.ts';

/** `again`: run the job again after that time; `failures` counts the transient errors so far. */
export type RunOutcome =
  | { readonly kind: 'over' }
  | { readonly kind: 'again'; readonly afterMs: number; readonly failures: number };

const defaultRetries = 8;

/** Each runs its phase and records the result. Returns the milliseconds until the next run, or undefined when done. */
const phases: Record<StepJob['phase'], (parts: RunParts, run: StepRun) => Promise<number | undefined>> = {
  look,
  preview,
  change: carryOut,
};

/** Runs one step job until it has to wait. Everything that happened is in the journal before this returns. */
export async function runStep(parts: RunParts, job: StepJob, signal: AbortSignal): Promise<RunOutcome> {
  const incident = await parts.store.load(job.incident);
  const step = dueStep(parts.catalog, incident, job);
  // Another run finished it, or the incident moved on: only make sure that the next job is queued.
  if (step === undefined) return finish(parts, job);
  const run: StepRun = { job, step, incident, startedAt: parts.clock.now(), signal };
  try {
    const afterMs = await phases[job.phase](parts, run);
    if (afterMs === undefined) return await finish(parts, job);
    await parts.advance(job.incident);
    return { kind: 'again', afterMs, failures: 0 };
  } catch (thrown) {
    return await failed(parts, run, asOpsError(thrown));
  }
}

function dueStep(catalog: Catalog, incident: Incident, job: StepJob): ActionStep | undefined {
  const move = nextMove(catalog, incident);
  if (move?.kind !== 'run' || move.step.kind !== 'action') return undefined;
  const due = move.step.key === job.step && move.attempt === job.attempt && move.phase === job.phase;
  return due ? move.step : undefined;
}

async function finish(parts: RunParts, job: StepJob): Promise<RunOutcome> {
  await parts.advance(job.incident);
  return { kind: 'over' };
}

async function failed(parts: RunParts, run: StepRun, error: OpsError): Promise<RunOutcome> {
  const { job, step } = run;
  parts.log.warn(
    {
      incident: job.incident,
      step: job.step,
      phase: job.phase,
      code: error.code,
      error: error.message,
      cause: error.cause,
    },
    'step error',
  );
  // Another worker has the step now, so this result does not count.
  if (error.code === 'illegal-move') return finish(parts, job);
  const failures = job.failures + 1;
  // A change that has started may have reached AWS: never give up while that is unknown.
  const mayGiveUp = job.phase !== 'change';
  if (error.retry && (!mayGiveUp || failures <= (step.action.retries ?? defaultRetries)))
    return retryLater(parts, run, error, failures);
  await record(parts, run, await verdict(parts, run, error, failures));
  return finish(parts, job);
}

/**
 * An approval that lapses before the change starts is requested again. Once the change has started, its intent is in the
 * vault under the name of this attempt, so only a new attempt with a new name can be approved.
 */
async function verdict(
  parts: RunParts,
  run: StepRun,
  error: OpsError,
  failures: number,
): Promise<IncidentEvent> {
  const { store, catalog } = parts;
  const { incident, step, attempt } = run.job;
  const present = await store.load(incident);
  const state = stateOf(present, step);
  if (error.code === 'basis-changed') {
    const renewed = renewal(catalog, present, { step, attempt }, error.detail);
    if (renewed !== undefined) return renewed;
  }
  if (error.code === 'approval-lapsed' && state.status === 'proposed') {
    // If only some approvals are too old, only those are requested again; any other reason voids them all.
    const [tooOld] = lapseOf({ step, attempt }, state, run.startedAt);
    return tooOld ?? { type: 'step-lapsed', step, attempt, why: error.detail };
  }
  const tries = error.retry && failures > 1 ? `. Relight tried ${failures} times and has stopped` : '';
  const says = `${error.message}${tries}`;
  const failure = { type: 'step-failed', step, attempt, code: error.code, says, next: error.next } as const;
  return mayHaveBackup(parts, run, error) ? { ...failure, next: restoreNext, backup: true } : failure;
}

function mayHaveBackup({ portsFor }: RunParts, { job }: StepRun, { code }: OpsError): boolean {
  return code === 'no-checkpoint' && portsFor(markOf(job)).backupPrefix !== undefined;
}

/** Exponential with full jitter, at most a minute: https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/ */
async function retryLater(
  parts: RunParts,
  run: StepRun,
  error: OpsError,
  failures: number,
): Promise<RunOutcome> {
  const afterMs = 250 + Math.round(Math.random() * Math.min(60_000, 500 * 2 ** Math.min(failures, 10)));
  // A single error is not worth a message; repeated ones are.
  if (failures > 1) {
    const at = secondOf(parts.clock.now() + afterMs);
    const note = `${error.message}. Relight will try again automatically at ${at} (try ${failures + 1})`;
    await record(parts, run, progress(run.job, note));
  }
  await parts.advance(run.job.incident);
  return { kind: 'again', afterMs, failures };
}

/** `03:12:05 UTC` */
function secondOf(at: number): string {
  return `${new Date(at).toISOString().slice(11, 19)} UTC`;
}
