import { OpsError } from '../../errors.ts';
import type { IncidentEvent } from '../../incidents/model/events.ts';
import { type Incident, stateOf } from '../../incidents/model/incident.ts';
import type { StepState } from '../../playbooks/runner.ts';
import { attemptKeyOf } from '../../ports/calls.ts';
import type { TrainingJob } from '../../ports/ports.ts';
import { hasEnded, stateInWords } from '../../training-job/job-state.ts';
import type { RunDeps, StepRun } from './step-run.ts';

/** What becomes of a change that a person cancels after AWS may have received a part of it. */

type Canceling = Extract<StepState, { status: 'changing' }> & { readonly canceling: string };

/** The state of the run's step while a person wants it canceled; otherwise undefined. */
export function cancelingIn(incident: Incident, { job }: Pick<StepRun, 'job'>): Canceling | undefined {
  const state = stateOf(incident, job.step);
  if (state.status !== 'changing' || state.canceling === undefined || state.attempt !== job.attempt)
    return undefined;
  return { ...state, canceling: state.canceling };
}

/** Throws `change-canceled` once a person wants the change canceled. */
export function requireNotCanceling(incident: Incident, run: StepRun): void {
  if (cancelingIn(incident, run) !== undefined)
    throw new OpsError('change-canceled', `${run.job.step} was canceled before its next call`);
}

/** Where the work on the change was when it ended. */
interface Reached {
  /** The last state that Relight saw, or why it could not go on. */
  readonly note?: string | undefined;
  /** The sealed result, if the change was complete. */
  readonly result?: unknown;
}

/** The end of a canceled change, with what AWS has of it now. Throws if AWS does not answer: then nobody knows yet. */
export async function canceledEvent(
  deps: RunDeps,
  run: StepRun,
  state: Canceling,
  { note, result }: Reached,
): Promise<IncidentEvent> {
  const { step, attempt } = run.job;
  const { TrainingJobName: name } = state.proposal.request;
  const { training } = deps.portsFor(attemptKeyOf(run.job));
  const job = typeof name === 'string' ? await training.find(name) : undefined;
  const running = job !== undefined && !hasEnded(job);
  return {
    type: 'step-canceled',
    step,
    attempt,
    by: { user: state.canceling, via: 'button' },
    says: [
      ...(typeof name === 'string' ? [jobInWords(name, job)] : [callsInWords(run, state)]),
      ...(result === undefined ? [] : ['The change was complete before it could be canceled.']),
      ...(note === undefined || running ? [] : [`The last that Relight saw: ${note}.`]),
    ].join(' '),
    sent: true,
    ...(running && { running: job.name }),
    ...(result !== undefined && { result }),
  };
}

function jobInWords(name: string, job: TrainingJob | undefined): string {
  if (job === undefined)
    return `AWS shows no training job ${name}. If its launch was on the way, it may still appear: look in the SageMaker console before you launch another.`;
  if (hasEnded(job)) return `${name} exists in AWS and has ended (${job.status}).`;
  const { instanceCount = 1, instanceType = 'its instances' } = job;
  return `It was sent before it was canceled, and Relight cannot take it back: ${name} is ${stateInWords(job)} in AWS, and ${instanceCount} × ${instanceType} may be billed until it ends.`;
}

function callsInWords({ step: { action }, job }: StepRun, { proposal, hash }: Canceling): string {
  const sends = action.effect === 'change' ? action.sends : undefined;
  const { id, incident } = attemptKeyOf(job);
  const calls = sends?.(proposal, { id, incident, hash, approvers: [] }) ?? [];
  const names = [...new Set(calls.map(({ operation }) => operation))].join(', ');
  return `Calls that AWS may already have: ${names === '' ? 'those of this request' : names}. Relight cannot take them back: check what they changed in the AWS console.`;
}
