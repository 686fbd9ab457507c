import { asOpsError, OpsError } from '../../errors.ts';
import { lapseOf } from '../../incidents/decisions.ts';
import type { IncidentEvent } from '../../incidents/model/events.ts';
import { type Incident, stateOf } from '../../incidents/model/incident.ts';
import { stepNow } from '../../incidents/stopping-steps.ts';
import type { Catalog } from '../../playbooks/catalog.ts';
import { restoreNext } from '../../playbooks/suggested-playbooks.ts';
import { attemptKeyOf } from '../../ports/calls.ts';
import { annotate, markFailed } from '../../tracing/span.ts';
import type { StepJob } from '../jobs.ts';
import { canceledEvent, cancelingIn } from './cancel-change.ts';
import { dueMove } from './consequences.ts';
import { outcomeUnknown, unknownInWords } from './known-outcome.ts';
import { renewal } from './renew.ts';
import { carryOut } from './run-change.ts';
import { look, preview } from './run-read.ts';
import { type ActionStep, progress, type RunDeps, record, type StepRun } from './step-run.ts';

/** `again`: run the job again after that time; `failures` counts the transient errors so far. */
export type RunOutcome =
  | { readonly kind: 'over' }
  | { readonly kind: 'again'; readonly afterMs: number; readonly failures: number };

const defaultRetries = 8;

/** Each runs its phase and records the result. Returns the milliseconds until the next run, or undefined when done. */
const phases: Record<StepJob['phase'], (deps: RunDeps, run: StepRun) => Promise<number | undefined>> = {
  look,
  preview,
  change: carryOut,
};

/** Runs one step job until it has to wait. Everything that happened is in the journal before this returns. */
export async function runStep(given: RunDeps, job: StepJob, signal: AbortSignal): Promise<RunOutcome> {
  const incident = await given.store.load(job.incident).catch(reported(given, job));
  annotate(() => ({ 'relight.playbook': incident.playbook }));
  const deps = incident.drill === undefined ? given : { ...given, ...given.inDrill(incident) };
  const step = dueStep(deps.catalog, incident, job);
  // Another run finished it, or the incident moved on: only make sure that the next job is queued.
  if (step === undefined) return finish(deps, job);
  const run: StepRun = { job, step, incident, startedAt: deps.clock.now(), signal };
  try {
    const afterMs = await phases[job.phase](deps, run);
    if (afterMs === undefined) return await finish(deps, job);
    await deps.advance(job.incident);
    return { kind: 'again', afterMs, failures: 0 };
  } catch (thrown) {
    return await failed(deps, run, asOpsError(thrown));
  }
}

/** A forged journal is refused as a whole, so nobody would see it in its own thread. */
function reported({ reportRefused }: RunDeps, { incident }: StepJob): (thrown: unknown) => Promise<never> {
  return async (thrown) => {
    await reportRefused(incident, asOpsError(thrown));
    throw thrown;
  };
}

function dueStep(catalog: Catalog, incident: Incident, job: StepJob): ActionStep | undefined {
  const move = dueMove(catalog, incident);
  if (move?.kind !== 'run' || move.step.kind !== 'action') return undefined;
  const due = move.step.key === job.step && move.attempt === job.attempt && move.phase === job.phase;
  const step = stepNow(incident, move.step);
  return due && step.kind === 'action' ? step : undefined;
}

async function finish(deps: RunDeps, job: StepJob): Promise<RunOutcome> {
  await deps.advance(job.incident);
  return { kind: 'over' };
}

async function failed(deps: RunDeps, run: StepRun, error: OpsError): Promise<RunOutcome> {
  const { job, step } = run;
  const { code, message, cause } = error;
  const about = { incident: job.incident, step: job.step, phase: job.phase };
  deps.log.warn({ ...about, code, error: message, cause }, 'step error');
  markFailed(error);
  await deps.reportRefused(job.incident, error);
  // Another worker has the step now, or will take it over, so this result does not count.
  if (code === 'illegal-move' || run.signal.aborted) return finish(deps, job);
  const failures = job.failures + 1;
  const unknown = job.phase === 'change' ? await outcomeUnknown(deps, run, error) : undefined;
  if (unknown !== undefined) return retryLater(deps, run, unknown, failures);
  // A change that has started may have reached AWS: never give up while that is unknown.
  const mayGiveUp = job.phase !== 'change';
  if (error.retry && (!mayGiveUp || failures <= (step.action.retries ?? defaultRetries)))
    return retryLater(deps, run, error, failures);
  try {
    await record(deps, run, await verdict(deps, run, error, failures));
  } catch (thrown) {
    // What a canceled change left behind in AWS could not be read yet.
    return retryLater(deps, run, asOpsError(thrown), failures);
  }
  return finish(deps, job);
}

/**
 * An approval that lapses before the change starts is requested again. Once the change has started, its intent is in the
 * vault under the name of this attempt, so only a new attempt with a new name can be approved.
 */
async function verdict(
  deps: RunDeps,
  run: StepRun,
  error: OpsError,
  failures: number,
): Promise<IncidentEvent> {
  const { store, catalog } = deps;
  const { incident, step, attempt } = run.job;
  const present = await store.load(incident);
  const state = stateOf(present, step);
  const canceling = cancelingIn(present, run);
  if (canceling !== undefined)
    return canceledEvent(
      deps,
      run,
      canceling,
      error.code === 'change-canceled' ? {} : { note: error.message },
    );
  if (error.code === 'basis-changed') {
    const renewed = renewal(catalog, present, { step, attempt }, error.detail);
    if (renewed !== undefined) return renewed;
  }
  if (error.code === 'approval-lapsed' && state.status === 'proposed') {
    // If only some approvals are too old, only those are requested again; any other reason voids them all.
    const [tooOld] = lapseOf({ step, attempt }, state, run.startedAt);
    return tooOld ?? { type: 'step-lapsed', step, attempt, why: error.detail };
  }
  return failureOf(deps, run, error, failures);
}

function failureOf(deps: RunDeps, { job }: StepRun, error: OpsError, failures: number): IncidentEvent {
  const { step, attempt } = job;
  const tries = error.retry && failures > 1 ? `. Relight tried ${failures} times and has stopped` : '';
  const says = `${error.message}${tries}`;
  const failure = { type: 'step-failed', step, attempt, code: error.code, says, next: error.next } as const;
  const mayHaveBackup =
    error.code === 'no-checkpoint' && deps.portsFor(attemptKeyOf(job)).backupPrefix !== undefined;
  return mayHaveBackup ? { ...failure, next: restoreNext, backup: true } : failure;
}

/** Exponential with full jitter, at most a minute: https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/ */
async function retryLater(
  deps: RunDeps,
  run: StepRun,
  error: OpsError,
  failures: number,
): Promise<RunOutcome> {
  const afterMs = 250 + Math.round(Math.random() * Math.min(60_000, 500 * 2 ** Math.min(failures, 10)));
  // A single error is not worth a message, unless it stays until somebody acts; repeated ones are.
  const stays = error.cause instanceof OpsError && !error.cause.retry;
  if (failures > 1 || stays) {
    const at = secondOf(deps.clock.now() + afterMs);
    const note =
      error.code === 'outcome-unknown'
        ? unknownInWords(error)
        : `${error.message}. Relight will try again automatically at ${at} (try ${failures + 1})`;
    await record(deps, run, progress(run.job, note));
  }
  await deps.advance(run.job.incident);
  return { kind: 'again', afterMs, failures };
}

/** `03:12:05 UTC` */
function secondOf(at: number): string {
  return `${new Date(at).toISOString().slice(11, 19)} UTC`;
}
