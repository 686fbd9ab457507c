import { OpsError } from '../../errors.ts';
import { afterReopening } from './calls/escalation-states.ts';
import type { IncidentEvent } from './events.ts';
import type { Incident } from './incident.ts';

/** Events about the incident as a whole: its failure time, its end, and its reopening. */
const endEvents = ['failure-dated', 'recovered', 'reopened', 'outcome-told', 'closed'] as const;
type EndEvent = Extract<IncidentEvent, { type: (typeof endEvents)[number] }>;

export function isEndEvent(event: IncidentEvent): event is EndEvent {
  return endEvents.some((type) => type === event.type);
}

export function afterEndEvent(incident: Incident, event: EndEvent, at: number): Incident {
  switch (event.type) {
    case 'failure-dated':
      return { ...incident, dated: true, failedAt: event.at, kind: event.kind ?? incident.kind };
    case 'recovered':
      return { ...incident, recovered: { at, how: event.how, elsewhere: event.elsewhere } };
    case 'reopened':
      return reopened(incident, event);
    case 'outcome-told':
      return { ...incident, outcome: { at, says: event.says } };
    case 'closed':
      return closed(incident, event, at);
  }
}

function closed(incident: Incident, event: Extract<EndEvent, { type: 'closed' }>, at: number): Incident {
  const { why, into, outcome, by } = event;
  return { ...incident, paused: undefined, closed: { at, why, into, outcome, by: by?.user } };
}

function reopened(incident: Incident, event: Extract<EndEvent, { type: 'reopened' }>): Incident {
  const { recovered, closed: before, outcome, ...rest } = incident;
  if (recovered === undefined && event.by === undefined)
    throw new OpsError('illegal-move', 'only a recovered incident can be reopened');
  const { job, at } = event;
  const ended = recovered === undefined ? (outcome?.says ?? before?.why) : undefined;
  const attempt = { job, at, kind: incident.kind, recovered, ended, reopenedBy: event.by?.user };
  return {
    ...rest,
    paused: undefined,
    attempts: [...incident.attempts, attempt],
    reopenedIn: incident.earlier.length + 1,
    called: afterReopening(incident.called),
  };
}
