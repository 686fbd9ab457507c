import { OpsError } from '../errors.ts';
import type { Answers, FailureKind } from '../playbooks/define.ts';
import type { Run, StepState } from '../playbooks/runner.ts';
import type { Alarm, Entry, IncidentEvent, Opened } from './events.ts';
import { reduceStep, type StepChange } from './step-moves.ts';

/** One thing that broke. Always computed from its journal, never stored. */
export interface Incident {
  readonly id: string;
  /** The number of journal entries this state has seen: the version of every render and of every compare-and-set. */
  readonly seq: number;
  readonly job: string;
  readonly region: string;
  readonly tier: string;
  readonly kind: FailureKind;
  readonly rtoMinutes: number;
  readonly rpoMinutes: number;
  readonly openedAt: number;
  /** When it broke: the clock of the RTO starts here. */
  readonly failedAt: number;
  readonly alarms: readonly Alarm[];
  readonly playbook?: string;
  readonly pinned: readonly string[];
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
    region: facts.region,
    tier: facts.tier,
    kind: facts.kind,
    rtoMinutes: facts.rtoMinutes,
    rpoMinutes: facts.rpoMinutes,
    openedAt: at,
    failedAt: Math.min(facts.alarm.at, at),
    alarms: [facts.alarm],
    pinned: [],
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
      return { ...incident, playbook: event.playbook, pinned: event.steps, states: {}, adjusted: {} };
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
  const done = Object.entries(incident.states).flatMap(([key, state]) =>
    state.status === 'done' ? [[key, state.result] as const] : [],
  );
  const facts = {
    id: incident.id,
    job: incident.job,
    tier: incident.tier,
    failedAt: incident.failedAt,
    rtoMinutes: incident.rtoMinutes,
    rpoMinutes: incident.rpoMinutes,
  };
  return {
    pinned: incident.pinned,
    states: incident.states,
    results: { ...Object.fromEntries(done), incident: facts },
  };
}
