import { incidentIds } from '../intake/incident-ids.ts';
import type { Intake, SingleIntake, Taken } from '../intake/intake.ts';
import type { Report } from '../intake/report.ts';
import { alarmEvents } from '../model/alarm-events.ts';
import type { IncidentEvent } from '../model/events.ts';
import { type Incident, isOpen } from '../model/incident.ts';
import { type BoardParts, takeIn } from './affected-jobs.ts';
import type { FailingJob, FailingJobs } from './failing-jobs.ts';
import { sharedCauses } from './shared-causes.ts';

export interface OutageParts extends BoardParts {
  readonly single: SingleIntake;
  /** The incident that launched this job. */
  readonly incidentOf: (job: string) => Promise<string | undefined>;
}

/**
 * An intake that puts jobs which fail at about the same time for the same cause into one incident. Those that had a
 * thread of their own by then fold into it, unless somebody has begun there.
 *
 * Every report repairs what a crash or a race with another process left half-done: nothing here is done only once.
 */
export function createGroupedIntake(parts: OutageParts): Intake {
  return async (report) => {
    const [launcher, standing, settled] = await Promise.all([
      parts.incidentOf(report.job),
      standingOutage(parts, report),
      parts.failing.settled(report.job),
    ]);
    const alone = report.by !== undefined || parts.tierOf(report.job) === undefined;
    if (alone || launcher !== undefined || (standing !== undefined && goesOnAlone(standing, report)))
      return parts.single(report, launcher);
    if (standing !== undefined) return noteOn(parts, standing, report);
    const cause = await causeOf(parts, report, settled);
    return (cause && (await joinItsOutage(parts, cause, report))) || parts.single(report, undefined);
  };
}

/** The outage on whose board the job stands, whatever is told of it now. */
async function standingOutage(
  { failing, store }: OutageParts,
  report: Report,
): Promise<Incident | undefined> {
  const id = await failing.outageOf(report.job);
  const found = id === undefined ? undefined : await store.find(id);
  if (found === undefined || hasRecoveredSince(report, found)) return undefined;
  return isOpen(found) || isBefore(report, found) ? found : undefined;
}

/** A few alarms tell what befell a job; with thousands of them, one journal of all jobs could not be read any more. */
const notedPerJob = 3;

async function noteOn(
  { store }: OutageParts,
  standing: Incident,
  { job, alarm, flapping }: Report,
): Promise<Taken> {
  const eventsOn = (present: Incident): readonly IncidentEvent[] => {
    const noted = present.alarms.filter((one) => one.job === job).length;
    if (!isOpen(present) || noted >= notedPerJob) return [];
    return alarmEvents(present, { ...alarm, job }, 'alarm-joined', flapping);
  };
  if (eventsOn(standing).length === 0) return { incident: standing, outcome: 'known', started: false };
  const { incident, answer } = await store.transact(standing.id, (present) => {
    const events = eventsOn(present);
    return { events, answer: events.length };
  });
  return { incident, outcome: answer > 0 ? 'joined' : 'known', started: false };
}

/**
 * What SageMaker says of a job's end counts, and reaches every job within a minute or two. An alarm has the kind of its
 * rule, whatever befell the job, and the job may train on: by itself it makes no failure of the system.
 */
async function causeOf(
  { failing }: OutageParts,
  { job, kind, alarm }: Report,
  settled: Awaited<ReturnType<FailingJobs['settled']>>,
): Promise<string | undefined> {
  // Asked once more: of news that come together, SageMaker's may have been noted meanwhile, and then it opens first.
  if (alarm.source !== 'sagemaker-event') return (settled ?? (await failing.settled(job)))?.cause;
  await failing.settle(job, sharedCauses[kind], alarm.at);
  return sharedCauses[kind];
}

async function joinItsOutage(parts: OutageParts, cause: string, report: Report): Promise<Taken | undefined> {
  const id = await outageFor(parts, cause, report);
  if (id === undefined) return undefined;
  const taken = await takeIn(parts, id.outage, id.jobs, report);
  const over = !isOpen(taken.incident) || hasRecoveredSince(report, taken.incident);
  if (over) await parts.failing.over(cause, id.outage);
  return over || goesOnAlone(taken.incident, report) ? undefined : taken;
}

async function outageFor(
  { failing, limits, region }: OutageParts,
  cause: string,
  { job, alarm }: Report,
): Promise<{ readonly outage: string; readonly jobs: readonly FailingJob[] } | undefined> {
  const { jobs, outage } = await failing.note(cause, { job, at: alarm.at }, limits.minutes * 60_000);
  if (outage !== undefined) return { outage, jobs };
  if (jobs.length < limits.jobs) return undefined;
  return { outage: await failing.claim(cause, outageId(region, cause, jobs)), jobs };
}

/** Then it is news of another failure, which the recovered outage must not swallow. */
function hasRecoveredSince({ alarm }: Report, { recovered }: Incident): boolean {
  return recovered !== undefined && alarm.at > recovered.at;
}

function isBefore({ alarm }: Report, { closed }: Incident): boolean {
  return closed !== undefined && alarm.at <= closed.at;
}

/** Somebody had begun in the job's own thread, so news of it belong there. */
function goesOnAlone({ board }: Incident, { job }: Report): boolean {
  return board.some((row) => row.job === job && row.own !== undefined);
}

/** Two processes that see the same jobs arrive at the same id; of two that do not, the first to claim wins. */
function outageId(region: string, cause: string, jobs: readonly FailingJob[]): string {
  const [first] = jobs;
  const [id = ''] = incidentIds(region, `outage ${cause} ${first?.job ?? ''} ${first?.at ?? 0}`);
  return id;
}
