import { nameInRun, type RunKeys } from '../../playbooks/define/run-keys.ts';
import type { Answers, IncidentKind } from '../../playbooks/define.ts';
import { foundIn } from '../../playbooks/first-look.ts';
import type { Run, StepState } from '../../playbooks/runner.ts';
import type { ProposalWords } from '../../ports/step-output.ts';
import type { AlarmStates } from './alarm-states.ts';
import type { AutopilotState } from './autopilot/autopilot-states.ts';
import type { Charge } from './charge-states.ts';
import type { Configured } from './config/config-notes.ts';
import type { DrillMark } from './drills/drill-mark.ts';
import type { Alarm, CloseOutcome, EventOf } from './events.ts';
import type { Quiet } from './hold-states.ts';
import type { Aftermath } from './postmortem-states.ts';
import type { AskedBy, StepNote } from './step-notes.ts';

/** One job of an incident that is about many jobs. */
export type AffectedJob = Omit<EventOf<'job-joined'>, 'type' | 'promise'>;

export interface Recovery {
  readonly at: number;
  readonly how: string;
  /** True if no playbook did it: a person restored training, or a job that Relight did not launch took over. */
  readonly elsewhere?: boolean | undefined;
}

/** A recovery attempt that did not last. */
export interface PastAttempt {
  /** The job that failed again, usually the one that the attempt launched. */
  readonly job: string;
  readonly at: number;
  /** The kind of failure that it was for; absent in attempts that ended before a reopening. */
  readonly kind?: IncidentKind;
  /** Absent if the job failed before it was seen to train. */
  readonly recovered?: Recovery | undefined;
  /** How it ended without a recovery, if a person reopened the incident after that. */
  readonly ended?: string | undefined;
  readonly reopenedBy?: string | undefined;
}

export interface Closed {
  readonly at: number;
  readonly why: string;
  readonly into?: string | undefined;
  readonly outcome?: CloseOutcome | undefined;
  /** Absent if Relight closed it. */
  readonly by?: string | undefined;
}

/** A playbook run that another playbook replaced. */
export interface EarlierRun {
  readonly playbook: string;
  readonly pinned: readonly string[];
  /** Whether a person chose it to replace the previous one. */
  readonly chosen: boolean;
}

/** A job that a canceled change launched and that is to be stopped. */
export interface Stopping {
  readonly job: string;
  readonly by: string;
  /** The result of the change that launched it. */
  readonly result?: unknown;
}

/** One failure and its recovery. Always computed from its journal, never stored. Times are in ms. */
export interface Incident extends Quiet, AskedBy, Charge, Configured, Aftermath {
  readonly id: string;
  /** The number of journal entries applied. It versions every render and every compare-and-set. */
  readonly seq: number;
  /** The job or endpoint that failed first. People identify the incident by it. */
  readonly job: string;
  /** The job that the current playbook is about: the first one, or one that this incident launched and that failed too. */
  readonly subject: string;
  readonly region: string;
  readonly tier: string;
  readonly kind: IncidentKind;
  readonly rtoMinutes: number;
  readonly rpoMinutes: number;
  readonly openedAt: number;
  /** When it failed. The RTO clock starts here. */
  readonly failedAt: number;
  /** False if only a person has reported it and Relight has not yet read the time of the failure from AWS. */
  readonly dated: boolean;
  readonly alarms: readonly Alarm[];
  readonly alarmStates: AlarmStates;
  /** The affected jobs of an incident about many jobs; empty for all others. */
  readonly affectedJobs: readonly AffectedJob[];
  /** A person has made a decision, or a change has begun. From then on only the playbook can close the incident. */
  readonly touched: boolean;
  readonly playbook?: string;
  /** Whether a person chose the current playbook after another one could not help. */
  readonly chosen: boolean;
  readonly pinned: readonly string[];
  readonly earlier: readonly EarlierRun[];
  readonly states: { readonly [step: string]: StepState };
  /** Values that people entered to replace the proposed ones, by step. */
  readonly adjusted: { readonly [step: string]: Answers };
  /** The job that a step is to stop instead of doing its own work: a canceled change of the step launched it. */
  readonly stopping: { readonly [step: string]: Stopping };
  /** The jobs that were stopped that way: their end is no new failure. */
  readonly stopped: readonly string[];
  /** What Autopilot did, by step. */
  readonly autopilot?: { readonly [step: string]: AutopilotState };
  /** People's decisions that the thread announces, oldest first. */
  readonly notes: readonly StepNote[];
  /** Recovery attempts that did not last, oldest first. The current attempt is not included. */
  readonly attempts: readonly PastAttempt[];
  /** The number of the last playbook run before the current attempt. Results up to that run no longer show a recovery. */
  readonly reopenedIn?: number;
  readonly recovered?: Recovery;
  /** How the incident ended without a recovery, as a person reported it. */
  readonly outcome?: { readonly at: number; readonly says: string };
  /** When each person last opened each request, by `viewKey`. */
  readonly viewed?: { readonly [key: string]: number };
  readonly closed?: Closed;
  /** Set in a drill, which happens in a simulated Region. */
  readonly drill?: DrillMark | undefined;
}

export function isOpen(incident: Incident): boolean {
  return incident.closed === undefined;
}

/** Whether it recovered, or a person said how it ended. It may still ask its closing questions. */
export function isEndKnown({ recovered, outcome }: Pick<Incident, 'recovered' | 'outcome'>): boolean {
  return recovered !== undefined || outcome !== undefined;
}

/** A warning is about a job that still trains: nothing has failed yet. */
export function isWarning(kind: IncidentKind): boolean {
  return kind === 'checkpoints_stopped';
}

/** The state of one step; a step without events waits for its first attempt. */
export function stateOf(incident: Incident, step: string): StepState {
  return incident.states[step] ?? { status: 'waiting', attempt: 1 };
}

export function viewKey({ step, attempt }: { step: string; attempt: number }, user: string): string {
  return `${step} ${attempt} ${user}`;
}

/** In `viewed`: when this person last opened the audit trail. No step has an empty key. */
export function trailKey(user: string): string {
  return viewKey({ step: '', attempt: 0 }, user);
}

/** The proposal's own wording, if it replaces the action's. */
export function proposalWords(state: StepState): ProposalWords | undefined {
  return 'proposal' in state ? state.proposal?.words : undefined;
}

/** The first step that is neither done nor skipped. */
export function currentStep(incident: Pick<Incident, 'pinned' | 'states'>): string | undefined {
  return incident.pinned.find((step) => {
    const status = incident.states[step]?.status;
    return status !== 'done' && status !== 'skipped';
  });
}

/** The current playbook run, as the runner and the steps' input functions read it. */
export function runOf(incident: Incident): Run {
  const number = incident.earlier.length + 1;
  const done = incident.pinned.flatMap((key) => {
    const state = incident.states[key];
    return state?.status === 'done' ? [[nameInRun(key, number), state.result] as const] : [];
  });
  const found = Object.fromEntries(done);
  const facts = {
    id: incident.id,
    job: incident.subject,
    tier: incident.tier,
    failedAt: incident.failedAt,
    rtoMinutes: incident.rtoMinutes,
    rpoMinutes: incident.rpoMinutes,
    chosen: incident.chosen || foundIn(found)?.isBroken === true,
    alarms: incident.alarms.filter(({ job }) => job === undefined).map(({ name }) => name),
    ...(incident.affectedJobs.length > 0 && { board: incident.affectedJobs.map(({ job }) => job) }),
  };
  return {
    number,
    pinned: incident.pinned,
    states: incident.states,
    end: endOf(incident),
    results: { ...found, incident: facts },
  };
}

function endOf({ recovered, outcome }: Incident): Run['end'] {
  if (outcome !== undefined || recovered?.elsewhere === true) return 'elsewhere';
  return recovered === undefined ? 'open' : 'recovered';
}

/** All playbook runs of the incident, oldest first; the last one is the current run. */
export function runsOf({ earlier, playbook, pinned, chosen }: Incident): readonly (RunKeys & EarlierRun)[] {
  const all = playbook === undefined ? earlier : [...earlier, { playbook, pinned, chosen }];
  return all.map((run, index) => ({ ...run, number: index + 1 }));
}
