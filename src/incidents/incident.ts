import { OpsError } from '../errors.ts';
import type { Answers, IncidentKind } from '../playbooks/define.ts';
import { keyInRun, type RunKeys } from '../playbooks/run-keys.ts';
import type { Run, StepState } from '../playbooks/runner.ts';
import type { Alarm, Entry, IncidentEvent, Opened } from './events.ts';
import { reduceStep, type StepChange } from './step-moves.ts';

/** One thing that broke. Always computed from its journal, never stored. */
export interface Incident {
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
  readonly alarms: readonly Alarm[];
  readonly playbook?: string;
  /** Whether a person chose the present playbook after another one could not help. */
  readonly chosen: boolean;
  /** The keys of its steps, in order. */
  readonly pinned: readonly string[];
  /** The playbooks that it ran before, oldest first. */
  readonly earlier: readonly { readonly playbook: string; readonly pinned: readonly string[] }[];
  /** Of the steps of all its playbooks. */
  readonly states: { readonly [step: string]: StepState };
  /** What people chose in place of what Relight proposed, by step. */
  readonly adjusted: { readonly [step: string]: Answers };
  readonly recovered?: { readonly at: number; readonly how: string };
  readonly closed?: { readonly at: number; readonly why: string };
}

/** Whether the incident still wants something of Relight or of a person. */
export function isOpen(incident: Incident): boolean {
  return incident.closed === undefined;
}

/** The job it is about still trains: nothing has failed yet. */
export function isWarning(kind: IncidentKind): boolean {
  return kind === 'checkpoints_stopped';
}

export function incidentFrom(journal: readonly Entry[]): Incident {
  const [first, ...rest] = journal;
  if (first === undefined || first.event.type !== 'opened')
    throw new OpsError('incident-unknown', 'its journal is empty');
  return rest.reduce(apply, opened(first.event, first.at));
}

function opened(event: Opened, at: number): Incident {
  const { id, ...facts } = { ...event, id: event.incident };
  return {
    id,
    seq: 1,
    job: facts.job,
    subject: facts.job,
    region: facts.region,
    tier: facts.tier,
    kind: facts.kind,
    rtoMinutes: facts.rtoMinutes,
    rpoMinutes: facts.rpoMinutes,
    openedAt: at,
    failedAt: Math.min(facts.alarm.at, at),
    alarms: [facts.alarm],
    chosen: false,
    pinned: [],
    earlier: [],
    states: {},
    adjusted: {},
  };
}

/** The state after one more entry; throws `illegal-move` where the table of moves has no such move. */
export function apply(incident: Incident, entry: Pick<Entry, 'event' | 'at'>): Incident {
  const { event, at } = entry;
  if (incident.closed !== undefined && !afterClose.has(event.type))
    throw new OpsError('illegal-move', `${event.type} after the incident was closed`);
  return { ...changed(incident, event, at), seq: incident.seq + 1 };
}

/** A closed incident still takes notes; it never acts again. */
const afterClose: ReadonlySet<IncidentEvent['type']> = new Set(['alarm-joined', 'refused']);

function changed(incident: Incident, event: IncidentEvent, at: number): Incident {
  switch (event.type) {
    case 'opened':
      throw new OpsError('illegal-move', 'an incident opens once');
    case 'alarm-joined':
      return { ...incident, alarms: [...incident.alarms, event.alarm] };
    case 'playbook-started':
      return started(incident, event, at);
    case 'refused':
      return incident;
    case 'recovered':
      return { ...incident, recovered: { at, how: event.how } };
    case 'closed':
      return { ...incident, closed: { at, why: event.why } };
    case 'step-adjusted':
      return {
        ...moved(incident, event, at),
        adjusted: { ...incident.adjusted, [event.step]: event.answers },
      };
    default:
      return moved(incident, event, at);
  }
}

type Started = Extract<IncidentEvent, { type: 'playbook-started' }>;

function started(incident: Incident, event: Started, at: number): Incident {
  const { earlier: before, pinned: keys, playbook: last } = incident;
  const { playbook, steps, chosen = false, job: subject = incident.subject, kind = incident.kind } = event;
  const { failedAt = incident.failedAt } = event;
  const earlier = last === undefined ? before : [...before, { playbook: last, pinned: keys }];
  const pinned = steps.map((key) => keyInRun(key, earlier.length + 1));
  const states = left(incident, at);
  return { ...incident, subject, kind, failedAt, playbook, chosen, earlier, pinned, states };
}

/** What was still to be done of the playbook before is not done any more. */
function left({ pinned, states }: Incident, at: number): Incident['states'] {
  const over = { status: 'skipped', reason: 'another playbook took over', at } as const;
  const open = pinned.filter((key) => {
    const status = states[key]?.status;
    return status === 'waiting' || status === 'working' || status === 'proposed';
  });
  return { ...states, ...Object.fromEntries(open.map((key) => [key, over])) };
}

function moved(incident: Incident, event: StepChange, at: number): Incident {
  return {
    ...incident,
    states: {
      ...incident.states,
      [event.step]: reduceStep(pinnedState(incident, event.step), event, at),
    },
  };
}

function pinnedState(incident: Incident, step: string): StepState {
  if (!incident.pinned.includes(step)) throw new OpsError('illegal-move', `there is no step ${step}`);
  return stateOf(incident, step);
}

/** The state of one step; a step nobody has touched waits for its first attempt. */
export function stateOf(incident: Incident, step: string): StepState {
  return incident.states[step] ?? { status: 'waiting', attempt: 1 };
}

/** What the runner and the steps' input functions read. */
export function runOf(incident: Incident): Run {
  const number = incident.earlier.length + 1;
  const done = incident.pinned.flatMap((key) => {
    const state = incident.states[key];
    return state?.status === 'done' ? [[nameOf(key, number), state.result] as const] : [];
  });
  const facts = {
    id: incident.id,
    job: incident.subject,
    tier: incident.tier,
    failedAt: incident.failedAt,
    rtoMinutes: incident.rtoMinutes,
    rpoMinutes: incident.rpoMinutes,
    chosen: incident.chosen,
  };
  return {
    number,
    pinned: incident.pinned,
    states: incident.states,
    results: { ...Object.fromEntries(done), incident: facts },
  };
}

/** The step's name in its playbook. */
function nameOf(key: string, number: number): string {
  return key.slice(0, key.length - keyInRun('', number).length);
}

/** Every playbook of the incident as a run, the oldest first; the last one is the present. */
export function runsOf({ earlier, playbook, pinned }: Incident): readonly (RunKeys & {
  readonly playbook: string;
})[] {
  const all = playbook === undefined ? earlier : [...earlier, { playbook, pinned }];
  return all.map((run, index) => ({ ...run, number: index + 1 }));
}
