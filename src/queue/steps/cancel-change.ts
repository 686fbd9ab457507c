import { OpsError } from '../../errors.ts';
import type { IncidentEvent } from '../../incidents/model/events.ts';
import { type Incident, stateOf } from '../../incidents/model/incident.ts';
import type { StepState } from '../../playbooks/runner.ts';
import { attemptKeyOf } from '../../ports/calls.ts';
import { callsOf } from './calls-of-change.ts';
import { leftInAws } from './left-in-aws.ts';
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
  const left = await leftInAws(state.proposal.request, deps.portsFor(attemptKeyOf(run.job)));
  return {
    type: 'step-canceled',
    step,
    attempt,
    by: { user: state.canceling, via: 'button' },
    says: [
      left?.says ?? callsInWords(run, state),
      ...(result === undefined ? [] : ['The change was complete before it could be canceled.']),
      ...(note === undefined || left?.running !== undefined ? [] : [`The last that Relight saw: ${note}.`]),
    ].join(' '),
    sent: true,
    ...(left?.running !== undefined && { running: left.running }),
    ...(result !== undefined && { result }),
  };
}

function callsInWords({ step: { action }, job }: StepRun, state: Canceling): string {
  const names = callsOf(action, job, state);
  return `Calls that AWS may already have: ${names === '' ? 'those of this request' : names}. Relight cannot take them back: check what they changed in the AWS console.`;
}
