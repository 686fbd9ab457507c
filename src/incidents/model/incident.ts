import { nameInRun, type RunKeys } from '../../playbooks/define/steps.ts';
import type { Answers, IncidentKind } from '../../playbooks/define.ts';
import { foundIn } from '../../playbooks/first-look.ts';
import type { Run, StepState } from '../../playbooks/runner.ts';
import type { ProposalWords } from '../../ports/step-output.ts';
import type { AlarmStates } from './alarm-states.ts';
import type { BoardJob } from './board.ts';
import type { Alarm } from './events.ts';
import type { Quiet } from './hold-states.ts';

export interface Recovery {
  readonly at: number;
  readonly how: string;
  /** Not by a playbook: a person brought training back, or a job that Relight did not launch took over. */
  readonly elsewhere?: boolean | undefined;
}

/** An attempt at recovery that did not last. */
export interface PastAttempt {
  /** What failed again: usually the job that the attempt had launched. */
  readonly job: string;
  /** When it failed again, in ms. */
  readonly at: number;
  /** Absent where the job failed before training was seen to go on. */
  readonly recovered?: Recovery | undefined;
}

/** A playbook that was replaced by another one. */
export interface EarlierRun {
  readonly playbook: string;
  readonly pinned: readonly string[];
  /** Whether a person chose it in place of the one before. */
  readonly chosen: boolean;
}

/** One thing that broke. Always computed from its journal, never stored. */
export interface Incident extends Quiet {
  readonly id: string;
  /** The number of journal entries this state has seen: the version of every render and of every compare-and-set. */
  readonly seq: number;
  /** What broke first, and what people know it by. */
  readonly job: string;
  /** The job that the present playbook is about: the first one, or one that this incident launched and that failed too. */
  readonly subject: string;
  readonly region: string;
  readonly tier: string;
  readonly kind: IncidentKind;
  readonly rtoMinutes: number;
  readonly rpoMinutes: number;
  readonly openedAt: number;
  /** When it broke: the clock of the RTO starts here. */
  readonly failedAt: number;
  /** False while only a person has told of it: Relight has not read yet when it failed. */
  readonly dated: boolean;
  readonly alarms: readonly Alarm[];
  /** How each of them stands now, by its name. */
  readonly alarmStates: AlarmStates;
  /** The jobs of an incident that is about many; empty for all others. */
  readonly board: readonly BoardJob[];
  /** A person has decided something here, or a change was begun: from then on nothing closes it but its playbook. */
  readonly touched: boolean;
  readonly playbook?: string;
  /** Whether a person chose the present playbook after another one could not help. */
  readonly chosen: boolean;
  /** The keys of its steps, in order. */
  readonly pinned: readonly string[];
  /** The playbooks that it ran before, oldest first. */
  readonly earlier: readonly EarlierRun[];
  /** Of the steps of all its playbooks. */
  readonly states: { readonly [step: string]: StepState };
  /** What people chose in place of what Relight proposed, by step. */
  readonly adjusted: { readonly [step: string]: Answers };
  /** The attempts at recovery that did not last, oldest first: the present one is the next after them. */
  readonly attempts: readonly PastAttempt[];
  /** The number of the last playbook of the attempts before the present one: its results show no recovery any more. */
  readonly reopenedIn?: number;
  readonly recovered?: Recovery;
  /** What a person said about its end, where training does not go on. */
  readonly outcome?: { readonly at: number; readonly says: string };
  /** When each person last opened each request, by `viewKey`. */
  readonly viewed?: { readonly [key: string]: number };
  readonly closed?: { readonly at: number; readonly why: string; readonly into?: string | undefined };
}

/** Whether the incident still wants something of Relight or of a person. */
export function isOpen(incident: Incident): boolean {
  return incident.closed === undefined;
}

/** The job it is about still trains: nothing has failed yet. */
export function isWarning(kind: IncidentKind): boolean {
  return kind === 'checkpoints_stopped';
}

/** The state of one step; a step nobody has touched waits for its first attempt. */
export function stateOf(incident: Incident, step: string): StepState {
  return incident.states[step] ?? { status: 'waiting', attempt: 1 };
}

export function viewKey(
  { step, attempt }: { readonly step: string; readonly attempt: number },
  user: string,
): string {
  return `${step} ${attempt} ${user}`;
}

/** The words that replace those of the action, where the proposal brings some. */
export function proposalWords(state: StepState): ProposalWords | undefined {
  return 'proposal' in state ? state.proposal?.words : undefined;
}

/** The step that the incident stands at: the first one that is neither done nor skipped. */
export function currentStep(incident: Pick<Incident, 'pinned' | 'states'>): string | undefined {
  return incident.pinned.find((step) => {
    const status = incident.states[step]?.status;
    return status !== 'done' && status !== 'skipped';
  });
}

/** What the runner and the steps' input functions read. */
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
    ...(incident.board.length > 0 && { board: incident.board.map(({ job }) => job) }),
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

/** Every playbook of the incident as a run, the oldest first; the last one is the present. */
export function runsOf({ earlier, playbook, pinned, chosen }: Incident): readonly (RunKeys & EarlierRun)[] {
  const all = playbook === undefined ? earlier : [...earlier, { playbook, pinned, chosen }];
  return all.map((run, index) => ({ ...run, number: index + 1 }));
}
