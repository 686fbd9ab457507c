import type { FailureReport } from '../intake/failure-report.ts';
import { incidentIds } from '../intake/incident-ids.ts';
import type { Intake, SingleIntake } from '../intake/intake.ts';
import type { IntakeResult } from '../intake/known-incident.ts';
import { alarmEvents } from '../model/alarm-states.ts';
import type { IncidentEvent } from '../model/events.ts';
import { type Incident, isOpen } from '../model/incident.ts';
import { addJobs, type OutageServices } from './affected-jobs.ts';
import { type FailingJob, type FailingJobs, sharedCauses } from './failing-jobs.ts';

export interface GroupedIntakeServices extends OutageServices {
  readonly single: SingleIntake;
  readonly incidentOf: (job: string) => Promise<string | undefined>;
}

/**
 * Groups jobs that fail at about the same time for the same cause into one incident. Incidents that these jobs already
 * have are merged into it, unless somebody has started work there.
 *
 * Every step is idempotent, so that each report repairs what a crash or a race with another process left unfinished.
 */
export function createGroupedIntake(services: GroupedIntakeServices): Intake {
  return async (report) => {
    const [launcher, outage, recorded] = await Promise.all([
      services.incidentOf(report.job),
      currentOutage(services, report),
      services.failing.recordedCause(report.job),
    ]);
    const ungrouped = report.by !== undefined || services.tierOf(report.job) === undefined;
    if (ungrouped || launcher !== undefined || (outage !== undefined && hasOwnThread(outage, report)))
      return services.single(report, launcher);
    if (outage !== undefined) return noteOn(services, outage, report);
    const cause = await causeOf(services, report, recorded);
    return (cause && (await joinOutage(services, cause, report))) || services.single(report, undefined);
  };
}

/** The outage that the job belongs to, unless the report is about a later failure. */
async function currentOutage(
  { failing, store }: GroupedIntakeServices,
  report: FailureReport,
): Promise<Incident | undefined> {
  const id = await failing.outageOf(report.job);
  const found = id === undefined ? undefined : await store.find(id);
  if (found === undefined || hasRecoveredSince(report, found)) return undefined;
  return isOpen(found) || isBeforeClose(report, found) ? found : undefined;
}

/** A few alarms explain a job's failure. Without the limit, thousands would make the shared journal unreadable. */
const maxNotedPerJob = 3;

async function noteOn(
  { store }: GroupedIntakeServices,
  outage: Incident,
  { job, alarm, flapping }: FailureReport,
): Promise<IntakeResult> {
  const eventsOn = (present: Incident): readonly IncidentEvent[] => {
    const noted = present.alarms.filter((one) => one.job === job).length;
    if (!isOpen(present) || noted >= maxNotedPerJob) return [];
    return alarmEvents(present, { ...alarm, job }, 'alarm-joined', flapping);
  };
  if (eventsOn(outage).length === 0) return { incident: outage, outcome: 'known', started: false };
  const { incident, answer } = await store.transact(outage.id, (present) => {
    const events = eventsOn(present);
    return { events, answer: events.length };
  });
  return { incident, outcome: answer > 0 ? 'joined' : 'known', started: false };
}

/**
 * Only SageMaker's own report of a job's end counts as a cause; it arrives for every job within a minute or two. An
 * alarm carries the kind of its rule, not of the failure, and the job may still train, so an alarm alone cannot make an
 * outage.
 */
async function causeOf(
  { failing }: GroupedIntakeServices,
  { job, kind, alarm }: FailureReport,
  recorded: Awaited<ReturnType<FailingJobs['recordedCause']>>,
): Promise<string | undefined> {
  // Read again: SageMaker's report may have been recorded since, if it arrived at the same time as the alarm.
  if (alarm.source !== 'sagemaker-event') return (recorded ?? (await failing.recordedCause(job)))?.cause;
  await failing.recordCause(job, sharedCauses[kind], alarm.at);
  return sharedCauses[kind];
}

async function joinOutage(
  services: GroupedIntakeServices,
  cause: string,
  report: FailureReport,
): Promise<IntakeResult | undefined> {
  const found = await outageFor(services, cause, report);
  if (found === undefined) return undefined;
  if (await isRecoveredWithout(services, found.outage, report.job)) {
    await services.failing.release(cause, found.outage);
    return undefined;
  }
  const result = await addJobs(services, found.outage, found.jobs, report);
  const over = !isOpen(result.incident) || hasRecoveredSince(report, result.incident);
  if (over) await services.failing.release(cause, found.outage);
  return over || hasOwnThread(result.incident, report) ? undefined : result;
}

/** The recovery of an outage covers the jobs that it lists: another job's failure is not over, however old it is. */
async function isRecoveredWithout(
  { store }: GroupedIntakeServices,
  id: string,
  job: string,
): Promise<boolean> {
  const outage = await store.find(id);
  return outage?.recovered !== undefined && outage.affectedJobs.every((row) => row.job !== job);
}

async function outageFor(
  { failing, limits, region }: GroupedIntakeServices,
  cause: string,
  { job, alarm }: FailureReport,
): Promise<{ readonly outage: string; readonly jobs: readonly FailingJob[] } | undefined> {
  const { jobs, outage } = await failing.note(cause, { job, at: alarm.at }, limits.minutes * 60_000);
  if (outage !== undefined) return { outage, jobs };
  if (jobs.length < limits.jobs) return undefined;
  return { outage: await failing.claim(cause, outageId(region, cause, jobs)), jobs };
}

/** A report from after the recovery is about a new failure, which the recovered outage must not absorb. */
function hasRecoveredSince({ alarm }: FailureReport, { recovered }: Incident): boolean {
  return recovered !== undefined && alarm.at > recovered.at;
}

function isBeforeClose({ alarm }: FailureReport, { closed }: Incident): boolean {
  return closed !== undefined && alarm.at <= closed.at;
}

/** Somebody had already started work in the job's own thread, so its reports go there. */
function hasOwnThread({ affectedJobs }: Incident, { job }: FailureReport): boolean {
  return affectedJobs.some((row) => row.job === job && row.own !== undefined);
}

/** Two processes that see the same jobs compute the same id. If they see different jobs, the first claim wins. */
function outageId(region: string, cause: string, jobs: readonly FailingJob[]): string {
  const [first] = jobs;
  const [id = ''] = incidentIds(region, `outage ${cause} ${first?.job ?? ''} ${first?.at ?? 0}`);
  return id;
}
