import type { Vault } from '../../audit/vault.ts';
import type { OpsError } from '../../errors.ts';
import type { Halts } from '../../incidents/halt/halts.ts';
import type { IdSet } from '../../incidents/holds/holds.ts';
import type { IncidentStore } from '../../incidents/journal/store.ts';
import type { IncidentEvent } from '../../incidents/model/events.ts';
import { type Incident, stateOf } from '../../incidents/model/incident.ts';
import { startsWork } from '../../incidents/model/reduce.ts';
import type { RulesNow } from '../../incidents/request/outdated-request.ts';
import type { Log } from '../../log.ts';
import { missingApprovals } from '../../playbooks/approved.ts';
import type { Catalog } from '../../playbooks/catalog.ts';
import type { ActionPorts } from '../../playbooks/define/action-ports.ts';
import type { Step } from '../../playbooks/define.ts';
import type { StepState } from '../../playbooks/runner.ts';
import type { AwsCall, AwsCallMade, TryFacts } from '../../ports/calls.ts';
import type { ChangeClass } from '../../ports/form-fields.ts';
import type { AttemptKey, Clock } from '../../ports/ports.ts';
import type { Launches } from '../../redis/launches.ts';
import type { SharedCaps } from '../../relaunch/prices/shared-caps.ts';
import type { Sealer } from '../../sanitize/seal.ts';
import type { StepJob } from '../jobs.ts';
import type { Advance } from './advance.ts';

export type ActionStep = Extract<Step, { kind: 'action' }>;

export interface StepRun {
  readonly job: StepJob;
  readonly step: ActionStep;
  readonly incident: Incident;
  readonly startedAt: number;
  /** Aborted when this worker loses the job; then nothing more may be changed. */
  readonly signal: AbortSignal;
}

/** What a drill replaces: everything that reaches the account, or that other incidents share. */
export interface Reach
  extends Pick<RunDeps, 'portsFor' | 'launches' | 'reserve' | 'vault' | 'withCallsNoted'> {
  /** A drill sends nothing to AWS. */
  readonly sessionFor: undefined;
}

/** The credentials of one run of a change, which allow the calls that people approved and nothing else. */
export interface ChangeSession {
  readonly ports: ActionPorts;
  /** Call before anything is marked as sent; throws if the session cannot be opened. */
  readonly ready: () => Promise<void>;
  readonly close: () => void;
}

export interface RunDeps {
  readonly store: IncidentStore;
  readonly catalog: Catalog;
  readonly clock: Clock;
  /** Work that runs elsewhere for a step is found by the step's attempt key. */
  readonly portsFor: (attemptKey: AttemptKey) => ActionPorts;
  /** Undefined if changes use the credentials of the process. */
  readonly sessionFor?:
    | ((attemptKey: AttemptKey, change: TryFacts & { readonly calls: readonly AwsCall[] }) => ChangeSession)
    | undefined;
  readonly advance: Advance;
  readonly sealer: Sealer;
  readonly launches: Pick<Launches, 'note'>;
  /** Reserves what a launch takes up under the caps, in one atomic step; throws `cap-used-up`. */
  readonly reserve: SharedCaps['reserve'];
  readonly halts: Pick<Halts, 'current'>;
  readonly log: Log;
  /** Undefined with RELIGHT_AUDIT=journal-only. */
  readonly vault: Vault | undefined;
  /** Changes whose result is not in the vault yet. */
  readonly unarchived: IdSet;
  /** Runs the work, and tells of every request that it sent to AWS to change something, whether it succeeds or throws. */
  readonly withCallsNoted: <T>(
    work: () => Promise<T>,
    sent: (calls: readonly AwsCallMade[]) => Promise<void>,
  ) => Promise<T>;
  readonly policyOf: RulesNow['policyOf'];
  /** Whether relight.yaml has the tier; without it, all are there. */
  readonly hasTier?: RulesNow['hasTier'];
  /** Asks Slack, without a cache, whether the approvers may still approve; returns the reason if not. */
  readonly reauthorize: (incident: Incident, change: ChangeToCheck) => Promise<string | undefined>;
  /** Throws `decision-unsigned` unless the decisions of people in the journal are signed. */
  readonly requireSigned: (incident: string) => Promise<void>;
  /**
   * Throws `archive-behind` unless the journal is in the vault, `approval-lapsed` if the vault refuses it for a while and the
   * change has not begun, and `journal-forked` if the vault has another journal.
   */
  readonly requireArchived: (incident: string, hasBegun: boolean) => Promise<void>;
  /** Reports a journal that something other than Relight changed, or that cannot be read. */
  readonly reportRefused: (incident: string, error: OpsError) => Promise<void>;
  /** Why Autopilot may not approve the request of this step; undefined if relight.yaml lets it. */
  readonly whyNotAutopilot: (incident: Incident, step: string) => string | undefined;
  /** What a drill has instead. */
  readonly inDrill: (incident: Incident) => Reach;
}

/** What the approvals of a change have to fulfill right before it. */
export interface ChangeToCheck extends Pick<Approved, 'role' | 'approvals' | 'glass'> {
  readonly step: string;
  readonly policyClass: ChangeClass;
  readonly others: boolean;
}

export type Approved = Extract<StepState, { status: 'proposed' | 'changing' }>;

export function progress({ step, attempt }: StepJob, note: string): IncidentEvent {
  return { type: 'step-progress', step, attempt, note };
}

/** Records an event of this run unless the step has moved on; returns true if the step still belongs to this run. */
export async function record(
  deps: Pick<RunDeps, 'store'>,
  { job, incident }: StepRun,
  event: IncidentEvent,
): Promise<boolean> {
  const { answer } = await deps.store.transact(incident.id, (present) => {
    const state = stateOf(present, job.step);
    const ours =
      present.closed === undefined &&
      !(present.paused !== undefined && startsWork(event)) &&
      'attempt' in state &&
      state.attempt === job.attempt &&
      awaits(state, event);
    const saysNothingNew = event.type === 'step-progress' && 'note' in state && state.note === event.note;
    return { events: ours && !saysNothingNew ? [event] : [], answer: ours };
  });
  return answer;
}

const proposedMoves: ReadonlySet<IncidentEvent['type']> = new Set([
  'step-lapsed',
  'step-renewed',
  'step-failed',
]);

/** A late run must not overwrite a step that has moved on. */
function awaits(state: StepState, event: IncidentEvent): boolean {
  const { status } = state;
  if (status === 'proposed') {
    // Approvals may have lapsed since this run checked them; then nothing starts.
    if (event.type === 'step-begun') return state.hash === event.hash && missingApprovals(state) === 0;
    return proposedMoves.has(event.type);
  }
  // A change that a person wants canceled ends in no other way.
  if (status === 'changing' && state.canceling !== undefined)
    return event.type === 'step-canceled' || event.type === 'step-progress';
  return status === 'waiting' || status === 'working' || status === 'changing';
}
