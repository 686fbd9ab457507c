import { OpsError } from '../../errors.ts';
import { afterAlarmEvent, isAlarmEvent, raised } from './alarm-states.ts';
import { type AutopilotEvent, afterAutopilotEvent, isAutopilotEvent } from './autopilot/autopilot-moves.ts';
import { afterChargeEvent, chargeNotesAfter, isChargeEvent, type Responder } from './charge-states.ts';
import { afterAlarm, afterJob } from './clock.ts';
import { afterConfigEvent, type ConfigEvent, isConfigEvent } from './config/config-notes.ts';
import { afterEndEvent, isEndEvent } from './end-states.ts';
import type { Entry, IncidentEvent, Note, Opened } from './events.ts';
import { afterHoldEvent, isHoldEvent } from './hold-states.ts';
import { type Incident, trailKey, viewKey } from './incident.ts';
import { afterPostmortemEvent, isPostmortemEvent } from './postmortem-states.ts';
import { afterStart } from './run-start.ts';
import type { StepChange } from './step-moves.ts';
import { afterStepEvent } from './step-states.ts';
import { withNotes } from './with-notes.ts';

/** Computes an incident's state from its journal, with one rule per event. */

export function incidentFrom(journal: readonly Entry[]): Incident {
  const [first, ...rest] = journal;
  if (first === undefined || first.event.type !== 'opened')
    throw new OpsError('incident-unknown', 'its journal is empty');
  return rest.reduce(apply, opened(first.event, first.at));
}

function opened(event: Opened, at: number): Incident {
  const { type: _, incident: id, alarm, ...facts } = event;
  return {
    ...facts,
    id,
    seq: 1,
    subject: facts.job,
    openedAt: at,
    failedAt: Math.min(alarm.at, at),
    alarms: [alarm],
    alarmStates: raised(new Map(), alarm),
    affectedJobs: [],
    attempts: [],
    // A person's command carries the time of the command, not of the failure.
    dated: alarm.source !== 'person',
    touched: false,
    chosen: false,
    pinned: [],
    earlier: [],
    states: {},
    adjusted: {},
    askedBy: {},
    stopping: {},
    stopped: [],
    notes: [],
  };
}

/** The state after one more entry; throws `illegal-move` where the table of moves has no such move. */
export function apply(incident: Incident, entry: Pick<Entry, 'event' | 'at'>): Incident {
  const { event, at } = entry;
  if (incident.closed !== undefined && !mayFollowClose(incident, event))
    throw new OpsError('illegal-move', `${event.type} after the incident was closed`);
  if (incident.paused !== undefined && startsWork(event))
    throw new OpsError('illegal-move', `${event.type} while the incident is paused`);
  const touched = incident.touched || touches(event);
  const changedTo = changed(incident, event, at);
  const responder = changedTo.responder ?? firstToAct(event, at);
  const next = {
    ...changedTo,
    touched,
    responder,
    chargeNotes: chargeNotesAfter(incident, event, at),
    seq: incident.seq + 1,
  };
  const after = withNotes(incident, next, event, at);
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
  'follow-ended',
  'duplicate-joined',
  'linked',
  'drill-scored',
  'trail-viewed',
  'aws-called',
  'result-not-archived',
  'postmortem-written',
  'follow-up-done',
  'paged',
  'autopilot-demoted',
  'unknown-event',
]);

function mayFollowClose({ recovered }: Incident, event: IncidentEvent): boolean {
  const { type } = event;
  return afterClose.has(type) || (type === 'reopened' && (recovered !== undefined || event.by !== undefined));
}

/** Whether a step starts or continues by this event. A paused incident refuses it. */
export function startsWork({ type }: IncidentEvent): boolean {
  return working.has(type);
}

const working: ReadonlySet<IncidentEvent['type']> = new Set([
  'step-proposed',
  'step-approved',
  'autopilot-armed',
  'autopilot-approved',
  'step-begun',
  'step-retried',
  'step-adjusted',
  'step-answered',
]);

/** Nobody has taken the incident yet: whoever acts first is in charge of it. */
function firstToAct(event: IncidentEvent, at: number): Responder | undefined {
  if (!touches(event) || !('by' in event) || event.by === undefined) return undefined;
  return { user: event.by.user, since: at, how: 'acted' };
}

/** A person who calls for help needs others, and has not taken the incident. */
const noWork: ReadonlySet<IncidentEvent['type']> = new Set([
  'duplicate-joined',
  'escalation-acknowledged',
  'help-called',
]);

/** Whether the event counts as work on the incident. Silences, releases and acknowledgments do not. */
function touches(event: IncidentEvent): boolean {
  if (isNote(event) || isHoldEvent(event) || isPostmortemEvent(event)) return false;
  if (noWork.has(event.type)) return false;
  return event.type === 'step-begun' || ('by' in event && event.by !== undefined);
}

const notes: Readonly<Record<Note['type'], true>> = {
  refused: true,
  'request-viewed': true,
  'trail-viewed': true,
  'aws-called': true,
  'result-not-archived': true,
  'unknown-event': true,
};

function isNote(event: IncidentEvent): event is Note {
  return event.type in notes;
}

function noted(incident: Incident, event: Note, at: number): Incident {
  if (!('by' in event) || event.type === 'refused') return incident;
  const key = event.type === 'trail-viewed' ? trailKey(event.by.user) : viewKey(event, event.by.user);
  return { ...incident, viewed: { ...incident.viewed, [key]: at } };
}

function changed(incident: Incident, event: IncidentEvent, at: number): Incident {
  if (isAlarmEvent(event))
    return { ...incident, ...afterAlarmEvent(incident, event), ...afterAlarm(incident, event) };
  if (isHoldEvent(event)) return { ...incident, ...afterHoldEvent(incident, event, at) };
  if (isEndEvent(event)) return afterEndEvent(incident, event, at);
  if (isNote(event)) return noted(incident, event, at);
  if (isChargeEvent(event)) return { ...incident, ...afterChargeEvent(incident, event, at) };
  if (isPostmortemEvent(event)) return { ...incident, ...afterPostmortemEvent(incident, event, at) };
  switch (event.type) {
    case 'opened':
      throw new OpsError('illegal-move', 'an incident can be opened only once');
    case 'job-joined': {
      const { job, tier, kind, at: failedAt, own } = event;
      const affectedJobs = [...incident.affectedJobs, { job, tier, kind, at: failedAt, own }];
      return { ...incident, ...afterJob(incident, event), affectedJobs };
    }
    case 'playbook-started':
      return afterStart(incident, event, at);
    default:
      return afterEventOfStep(incident, event, at);
  }
}

function afterEventOfStep(
  incident: Incident,
  event: StepChange | AutopilotEvent | ConfigEvent,
  at: number,
): Incident {
  if (isConfigEvent(event)) return { ...incident, ...afterConfigEvent(incident, event, at) };
  return isAutopilotEvent(event)
    ? afterAutopilotEvent(incident, event, at)
    : afterStepEvent(incident, event, at);
}
