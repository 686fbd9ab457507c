import type { IncidentKind } from '../../playbooks/define.ts';
import { failureWords } from '../../ports/failure-kind.ts';
import type { IncidentEvent } from '../model/events.ts';
import { type Incident, isOpen, isWarning } from '../model/incident.ts';
import { leftBehind } from '../stopping-steps.ts';
import type { FailureReport, Plan } from './failure-report.ts';
import { joiningEvents, started } from './joining.ts';
import { jobRequestedIn } from './reopening.ts';

/** What follows when a job that an incident launched fails too, before anything recovered. */

type Failure = Pick<FailureReport, 'job' | 'kind' | 'by'>;

export function launchFailureEvents(incident: Incident, report: FailureReport): readonly IncidentEvent[] {
  const { job, plan, kind, alarm } = report;
  const follows = plan !== undefined && startsAPlaybook(incident, report);
  // A change in progress ends first. If it launched this job, the playbook starts then.
  const later = follows && requestedBy(incident, 'changing').includes(job);
  const recorded = joiningEvents(incident, {
    ...report,
    plan: undefined,
    alarm: later ? { ...alarm, kind } : alarm,
  });
  if (!follows || recorded.length === 0 || isChanging(incident)) return recorded;
  return [...recorded, startedAbout(report, plan)];
}

/** The playbook about a job that failed while the change that launched it was under way, once that has ended. */
export function launchFailureLeft(
  incident: Incident,
  planFor: (kind: IncidentKind) => Plan | undefined,
): IncidentEvent | undefined {
  const { job, kind } = incident.alarms.findLast((alarm) => alarm.kind !== undefined) ?? {};
  if (job === undefined || kind === undefined || !isOpen(incident) || incident.recovered !== undefined)
    return undefined;
  if (isChanging(incident) || !requestedBy(incident, 'done').includes(job)) return undefined;
  const plan = isSettled(incident, job) ? undefined : planFor(kind);
  return plan && startedAbout({ job, kind }, plan);
}

function startedAbout({ job, kind, by }: Failure, plan: Plan): IncidentEvent {
  return { ...started(plan, by), job, kind, why: `${job} failed too: ${failureWords[kind]}` };
}

/** A system failure handles its own jobs, and a warning is not a failure. */
function startsAPlaybook(incident: Incident, { job, kind, alarm }: FailureReport): boolean {
  const handledElsewhere =
    incident.kind === 'system_failure' ||
    isWarning(kind) ||
    // An alarm has the kind of its rule; SageMaker's own report follows.
    alarm.source === 'cloudwatch-alarm';
  return !handledElsewhere && !isSettled(incident, job);
}

/** The playbook is about this job already, or people canceled its launch and decide about it themselves. */
function isSettled(incident: Incident, job: string): boolean {
  return incident.subject === job || incident.stopped.includes(job) || leftBehind(incident) === job;
}

function isChanging({ states }: Incident): boolean {
  return Object.values(states).some(({ status }) => status === 'changing');
}

/** The training jobs that the changes with this status requested, in the present run of a playbook. */
function requestedBy(incident: Incident, status: 'changing' | 'done'): readonly string[] {
  return incident.pinned.flatMap((step) => {
    const state = incident.states[step];
    return state?.status === status ? (jobRequestedIn(state) ?? []) : [];
  });
}
