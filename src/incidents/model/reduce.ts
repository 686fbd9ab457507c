import { OpsError } from '../../errors.ts';
import { keyInRun } from '../../playbooks/define/steps.ts';
import type { Answers } from '../../playbooks/define.ts';
import type { StepState } from '../../playbooks/runner.ts';
import { afterAlarmEvent, isAlarmEvent, raised } from './alarm-states.ts';
import { afterAlarm, afterJob } from './clock.ts';
import { afterEndEvent, isEndEvent } from './end-states.ts';
import type { Entry, IncidentEvent, Opened } from './events.ts';
import { afterHoldEvent, isHoldEvent } from './hold-states.ts';
import { type AffectedJob, currentStep, type Incident, stateOf, viewKey } from './incident.ts';
import { reduceStep, runningAgain, type StepChange } from './step-moves.ts';

/** Computes an incident's state from its journal, with one rule per event. */

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
    alarmStates: raised(new Map(), facts.alarm),
    affectedJobs: [],
    attempts: [],
    // A person's command carries the time of the command, not of the failure.
    dated: facts.alarm.source !== 'person',
    touched: false,
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
  if (incident.closed !== undefined && !mayFollowClose(incident, event))
    throw new OpsError('illegal-move', `${event.type} after the incident was closed`);
  const touched = incident.touched || touches(event);
  const after = { ...changed(incident, event, at), touched, seq: incident.seq + 1 };
  // An incident that people work on is never held back.
  return touched ? { ...after, held: undefined } : after;
}

/** Events that a closed incident still records. It never acts again. */
const afterClose: ReadonlySet<IncidentEvent['type']> = new Set([
  'alarm-joined',
  'alarm-cleared',
  'alarm-flapping',
  'alarm-settled',
  'snooze-ended',
  'refused',
  'request-viewed',
]);

function mayFollowClose({ recovered }: Incident, { type }: IncidentEvent): boolean {
  return afterClose.has(type) || (type === 'reopened' && recovered !== undefined);
}

/** Whether the event counts as work on the incident. Silences and releases do not. */
function touches(event: IncidentEvent): boolean {
  if (isNote(event) || isHoldEvent(event)) return false;
  return event.type === 'step-begun' || ('by' in event && event.by !== undefined);
}

type Note = Extract<IncidentEvent, { type: 'refused' | 'request-viewed' }>;

/** An audit event that does not change what the incident does. */
function isNote(event: IncidentEvent): event is Note {
  return event.type === 'refused' || event.type === 'request-viewed';
}

function noted(incident: Incident, event: Note, at: number): Incident {
  if (event.type === 'refused') return incident;
  return { ...incident, viewed: { ...incident.viewed, [viewKey(event, event.by.user)]: at } };
}

function changed(incident: Incident, event: IncidentEvent, at: number): Incident {
  if (isAlarmEvent(event))
    return { ...incident, ...afterAlarmEvent(incident, event), ...afterAlarm(incident, event) };
  if (isHoldEvent(event)) return { ...incident, ...afterHoldEvent(incident, event) };
  if (isEndEvent(event)) return afterEndEvent(incident, event, at);
  if (isNote(event)) return noted(incident, event, at);
  switch (event.type) {
    case 'opened':
      throw new OpsError('illegal-move', 'an incident can be opened only once');
    case 'job-joined':
      return {
        ...incident,
        ...afterJob(incident, event),
        affectedJobs: [...incident.affectedJobs, rowOf(event)],
      };
    case 'playbook-started':
      return started(incident, event, at);
    case 'step-renewed':
      return renewed(moved(incident, event, at), event);
    case 'step-adjusted':
      return adjusted(moved(incident, event, at), event.step, event.answers);
    default:
      return moved(incident, event, at);
  }
}

function rowOf({ job, tier, kind, at, own }: Extract<IncidentEvent, { type: 'job-joined' }>): AffectedJob {
  return { job, tier, kind, at, own };
}

type Started = Extract<IncidentEvent, { type: 'playbook-started' }>;

function started(incident: Incident, event: Started, at: number): Incident {
  const { earlier: before, pinned: keys, playbook: last } = incident;
  const { playbook, steps, chosen = false, job: subject = incident.subject, kind = incident.kind } = event;
  const { failedAt = incident.failedAt } = event;
  const earlier =
    last === undefined ? before : [...before, { playbook: last, pinned: keys, chosen: incident.chosen }];
  const pinned = steps.map((key) => keyInRun(key, earlier.length + 1));
  const states = left(incident, at);
  const attempts = attemptsAfter(incident, event, at);
  const next = { ...incident, subject, kind, failedAt, playbook, chosen, earlier, pinned, states, attempts };
  return attempts === incident.attempts ? next : { ...next, reopenedIn: earlier.length };
}

/** A launched job that failed before it was seen to train also ends an attempt. */
function attemptsAfter({ attempts, subject }: Incident, { job }: Started, at: number): Incident['attempts'] {
  const counted = job === undefined || job === subject || attempts.at(-1)?.job === job;
  return counted ? attempts : [...attempts, { job, at }];
}

/** Skips the unfinished steps of the previous playbook. */
function left({ pinned, states }: Incident, at: number): Incident['states'] {
  const over = { status: 'skipped', reason: 'another playbook took over', at } as const;
  // The current step is already visible in the thread, even without events.
  const current = currentStep({ pinned, states });
  const open = pinned.filter((key) => {
    const status = states[key]?.status ?? (key === current ? 'waiting' : undefined);
    return status === 'waiting' || status === 'working' || status === 'proposed';
  });
  return { ...states, ...Object.fromEntries(open.map((key) => [key, over])) };
}

/** Steps that run again count as not done, so that later steps do not see the old results. */
function renewed(incident: Incident, event: Extract<IncidentEvent, { type: 'step-renewed' }>): Incident {
  const again = event.steps.map((step) => [step, runningAgain(pinnedState(incident, step), event)] as const);
  return { ...incident, states: { ...incident.states, ...Object.fromEntries(again) } };
}

function adjusted(incident: Incident, step: string, answers: Answers): Incident {
  return { ...incident, adjusted: { ...incident.adjusted, [step]: answers } };
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
