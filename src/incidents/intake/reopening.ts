import { alarmEvents } from '../model/alarm-events.ts';
import type { IncidentEvent } from '../model/events.ts';
import { type Incident, isWarning, runsOf } from '../model/incident.ts';
import { started } from './joining.ts';
import type { Report } from './report.ts';

/**
 * A job that an incident launched belongs to it: when it fails within a day after training was back, the incident is
 * reopened, with its thread and its clock. After a longer time it has trained for so long that its failure is a new one.
 */
const sameIncidentMs = 24 * 3_600_000;

/** Whether the news are about a time so long after the recovery that they are about another failure. */
export function isLongAfter({ recovered }: Incident, { alarm }: Report): boolean {
  return recovered !== undefined && alarm.at - recovered.at > sameIncidentMs;
}

/** Whether the failure of a job that the incident launched is the same trouble again. */
export function belongsTo(incident: Incident, report: Report): boolean {
  const { recovered, closed } = incident;
  if (recovered === undefined || closed?.into !== undefined || isWarning(report.kind)) return false;
  // A retraining that fails takes nothing from the endpoint, which serves a good version.
  if (incident.kind === 'model_degraded' && report.job !== incident.job) return false;
  return !isLongAfter(incident, report);
}

/** What news of something that had recovered add to its incident; nothing where they are older than the recovery. */
export function reopeningEvents(incident: Incident, report: Report): readonly IncidentEvent[] {
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

function isNewFailure(incident: Incident, { job, alarm, kind, by }: Report): boolean {
  const { recovered } = incident;
  if (recovered === undefined || by !== undefined || isWarning(kind)) return false;
  // What became of each job of a board was asked of SageMaker just before: a report from before that tells nothing new.
  if (incident.board.length > 0) return alarm.at > recovered.at;
  // A job may end before Relight has recorded that it trained: its end is news all the same.
  return alarm.at > recovered.at || (hasEnded(alarm) && launchedIn(incident).includes(job));
}

/** `correlate` names the alarm of a SageMaker event after the job's status. */
function hasEnded({ source, name }: Report['alarm']): boolean {
  return source === 'sagemaker-event' && !name.startsWith('InProgress');
}

/** An alarm about a job that was replaced is about the one that trains in its place. */
function subjectAgain(incident: Incident, job: string): string {
  const launched = launchedIn(incident);
  return launched.includes(job) ? job : (launched.at(-1) ?? job);
}

/** The jobs that the last playbook with a launch has started, oldest first. */
export function launchedIn(incident: Incident): readonly string[] {
  const byRun = runsOf(incident).map(({ pinned }) =>
    pinned.flatMap((step) => {
      const state = incident.states[step];
      if (state?.status !== 'done' && state?.status !== 'changing') return [];
      const name = state.proposal?.request['TrainingJobName'];
      return typeof name === 'string' ? [name] : [];
    }),
  );
  return byRun.findLast((names) => names.length > 0) ?? [];
}
