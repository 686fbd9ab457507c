import type { StepState } from '../../playbooks/runner.ts';
import { alarmEvents } from '../model/alarm-states.ts';
import type { IncidentEvent } from '../model/events.ts';
import { type Incident, isWarning, runsOf } from '../model/incident.ts';
import type { FailureReport } from './failure-report.ts';
import { started } from './joining.ts';

/**
 * A job that an incident launched belongs to it: if the job fails within a day of the recovery, the incident is reopened
 * with its thread and its clock. A later failure is a new incident.
 */
const sameIncidentMs = 24 * 3_600_000;

/** Whether the report comes so long after the recovery that it is about a new failure. */
export function isLongAfter({ recovered }: Incident, { alarm }: FailureReport): boolean {
  return recovered !== undefined && alarm.at - recovered.at > sameIncidentMs;
}

/** Whether the failure of a launched job means that the incident's recovery did not last. */
export function belongsTo(incident: Incident, report: FailureReport): boolean {
  const { recovered, closed } = incident;
  if (recovered === undefined || closed?.into !== undefined || isWarning(report.kind)) return false;
  // The endpoint keeps serving a good version when a retraining fails.
  if (incident.kind === 'model_degraded' && report.job !== incident.job) return false;
  return !isLongAfter(incident, report);
}

/** The events that reopen a recovered incident; empty if the report is older than the recovery. */
export function reopeningEvents(incident: Incident, report: FailureReport): readonly IncidentEvent[] {
  const { job, alarm, kind, plan, flapping, by } = report;
  if (!isNewFailure(incident, report)) return [];
  const about = job === incident.job ? alarm : { ...alarm, job };
  const subject = subjectAgain(incident, job);
  const why = `${alarm.name}${alarm.reason === '' ? '' : `: ${alarm.reason}`}`;
  const busy = Object.values(incident.states).some(({ status }) => status === 'changing');
  return [
    { type: 'reopened', job: subject, why, at: alarm.at },
    ...alarmEvents(incident, about, 'alarm-joined', flapping),
    ...(plan === undefined || busy
      ? []
      : [{ ...started(plan, by), job: subject, kind, why: `${job} failed again` }]),
  ];
}

function isNewFailure(incident: Incident, { job, alarm, kind, by }: FailureReport): boolean {
  const { recovered } = incident;
  if (recovered === undefined || by !== undefined || isWarning(kind)) return false;
  // The recovery of many jobs was confirmed with SageMaker: older reports add nothing.
  if (incident.affectedJobs.length > 0) return alarm.at > recovered.at;
  // A launched job may fail before Relight has recorded that it trained. Its end still counts.
  return alarm.at > recovered.at || (hasEnded(alarm) && launchedIn(incident).includes(job));
}

/** The alarm of a SageMaker event is named after the job's status. */
function hasEnded({ source, name }: FailureReport['alarm']): boolean {
  return source === 'sagemaker-event' && !name.startsWith('InProgress');
}

/** An alarm about a replaced job concerns the job that replaced it. */
function subjectAgain(incident: Incident, job: string): string {
  // A person named this job, and Relight did not launch it.
  if (incident.follows?.job === job) return job;
  const launched = launchedIn(incident);
  return launched.includes(job) ? job : (launched.at(-1) ?? job);
}

/** The jobs launched by the last playbook run that launched any, oldest first. */
export function launchedIn(incident: Incident): readonly string[] {
  const byRun = runsOf(incident).map(({ pinned }) =>
    pinned.flatMap((step) => {
      const state = incident.states[step];
      const sent = state?.status === 'canceled' ? state.sent : state?.status === 'changing';
      if (state === undefined || (!sent && state.status !== 'done')) return [];
      return jobRequestedIn(state) ?? [];
    }),
  );
  return byRun.findLast((names) => names.length > 0) ?? [];
}

/** The training job that the request of a step names. */
export function jobRequestedIn(state: StepState): string | undefined {
  const name = 'proposal' in state ? state.proposal?.request['TrainingJobName'] : undefined;
  return typeof name === 'string' ? name : undefined;
}
