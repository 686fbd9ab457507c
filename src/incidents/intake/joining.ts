import type { IncidentKind } from '../../playbooks/define.ts';
import { alarmEvents } from '../model/alarm-events.ts';
import type { Actor, Alarm, IncidentEvent } from '../model/events.ts';
import { type Incident, isOpen, isWarning } from '../model/incident.ts';
import type { Plan, Report } from './report.ts';

/** What a report adds to an incident that is there already. */

type Started = Extract<IncidentEvent, { type: 'playbook-started' }>;

export function started(plan: Plan, by: Actor | undefined): Started {
  return {
    type: 'playbook-started',
    playbook: plan.id,
    steps: [...plan.steps],
    ...(by === undefined ? {} : { by }),
  };
}

/** The same alarm is noted once; a playbook is started where the incident had none yet. */
export function joiningEvents(incident: Incident, report: Report): readonly IncidentEvent[] {
  const { job, alarm, plan, flapping } = report;
  const about = job === incident.job ? alarm : { ...alarm, job };
  return [
    ...alarmEvents(incident, about, 'alarm-joined', flapping),
    ...askedForEvents(incident, report),
    ...(plan === undefined ? [] : startingEvents(incident, plan, report)),
  ];
}

/** Whoever starts a playbook wants to see it. */
function askedForEvents(incident: Incident, { by }: Report): readonly IncidentEvent[] {
  if (by === undefined || incident.held === undefined || !isOpen(incident)) return [];
  return [{ type: 'released', why: 'a person started a playbook', by }];
}

/**
 * A playbook starts where there was none yet, where a person wants another one, or the failed one from its start, and
 * where what was only a warning has come true.
 */
function startingEvents(incident: Incident, plan: Plan, report: Report): readonly IncidentEvent[] {
  if (!isOpen(incident)) return [];
  if (incident.playbook === undefined) return [started(plan, report.by)];
  const states = incident.pinned.map((step) => incident.states[step]?.status);
  if (incident.recovered !== undefined || states.includes('changing')) return [];
  const { by, kind, alarm } = report;
  if (by === undefined)
    return hasComeTrue(incident, report) ? [{ ...started(plan, by), ...cameTrue(kind, alarm) }] : [];
  const another = incident.playbook !== plan.id || states.includes('failed');
  return another
    ? [{ ...started(plan, by), ...ofWarning(incident, kind), chosen: true, why: 'a person started it' }]
    : [];
}

/**
 * What broke is known by what AWS says, not by the playbook that somebody picks; but a warning has no failure yet, and
 * that a whole Region is down is more than AWS says of one job: its playbook looks after the jobs that it launches.
 */
function ofWarning({ kind: before }: Incident, kind: IncidentKind): Pick<Started, 'kind'> {
  return isWarning(before) || kind === 'system_failure' ? { kind } : {};
}

/** An alarm from before the warning is no news of what it warns of. */
function hasComeTrue(incident: Incident, { alarm, kind }: Report): boolean {
  return isWarning(incident.kind) && !isWarning(kind) && alarm.at > incident.failedAt;
}

function cameTrue(kind: IncidentKind, { at }: Alarm): Pick<Started, 'kind' | 'failedAt' | 'why'> {
  return { kind, failedAt: at, why: `what it warned of has happened: ${kind}` };
}
