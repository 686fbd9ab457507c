import type { IncidentKind } from '../../playbooks/define.ts';
import { failureWords } from '../../ports/failure-kind.ts';
import { alarmEvents } from '../model/alarm-states.ts';
import type { Actor, Alarm, EventOf, IncidentEvent } from '../model/events.ts';
import { type Incident, isOpen, isWarning } from '../model/incident.ts';
import { leftBehind } from '../stopping-steps.ts';
import type { FailureReport, Plan } from './failure-report.ts';

/** The events that a report adds to an existing incident. */

type Started = EventOf<'playbook-started'>;

export function started(plan: Plan, by: Actor | undefined): Started {
  return {
    type: 'playbook-started',
    playbook: plan.id,
    steps: [...plan.steps],
    ...(by === undefined ? {} : { by }),
  };
}

/** The same alarm is recorded once; a playbook starts if the incident had none yet. */
export function joiningEvents(incident: Incident, report: FailureReport): readonly IncidentEvent[] {
  const { job, alarm, plan, flapping } = report;
  const about = job === incident.job ? alarm : { ...alarm, job };
  return [
    ...alarmEvents(incident, about, 'alarm-joined', flapping),
    ...releasingEvents(incident, report),
    ...(plan === undefined ? [] : startingEvents(incident, plan, report)),
  ];
}

/** A person who starts a playbook needs to see its thread, so a hold on it ends. */
function releasingEvents(incident: Incident, { by }: FailureReport): readonly IncidentEvent[] {
  if (by === undefined || incident.held === undefined || !isOpen(incident)) return [];
  return [{ type: 'released', why: 'a person started a playbook', by }];
}

/**
 * A playbook starts if the incident had none yet, if a person asks for another one or for a restart of the failed one,
 * and if the failure that the incident warned of has happened.
 */
function startingEvents(incident: Incident, plan: Plan, report: FailureReport): readonly IncidentEvent[] {
  if (!isOpen(incident)) return [];
  if (incident.playbook === undefined) return [started(plan, report.by)];
  const states = incident.pinned.map((step) => incident.states[step]?.status);
  if (incident.recovered !== undefined || states.includes('changing')) return [];
  if (leftBehind(incident) !== undefined) return [];
  const { by, kind, alarm } = report;
  if (by === undefined)
    return warningCameTrue(incident, report) ? [{ ...started(plan, by), ...failureFields(kind, alarm) }] : [];
  const another = incident.playbook !== plan.id || states.includes('failed');
  return another
    ? [{ ...started(plan, by), ...knownKind(incident, kind), chosen: true, why: 'a person started it' }]
    : [];
}

/**
 * The kind of a failure comes from AWS, not from the playbook that a person picks. Two exceptions: a warning has no
 * failure yet, and a system failure covers more than AWS reports about one job.
 */
function knownKind({ kind: before }: Incident, kind: IncidentKind): Pick<Started, 'kind'> {
  return isWarning(before) || kind === 'system_failure' ? { kind } : {};
}

/** An alarm from before the warning does not confirm it. */
function warningCameTrue(incident: Incident, { alarm, kind }: FailureReport): boolean {
  return isWarning(incident.kind) && !isWarning(kind) && alarm.at > incident.failedAt;
}

function failureFields(kind: IncidentKind, { at }: Alarm): Pick<Started, 'kind' | 'failedAt' | 'why'> {
  return { kind, failedAt: at, why: `the failure that it warned of has happened: ${failureWords[kind]}` };
}
