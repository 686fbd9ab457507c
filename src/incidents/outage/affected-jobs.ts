import type { IncidentKind } from '../../playbooks/define.ts';
import { holdOverAll } from '../holds/holds.ts';
import type { FailureReport } from '../intake/failure-report.ts';
import { openIncident } from '../intake/incident-ids.ts';
import type { IntakeResult } from '../intake/known-incident.ts';
import type { EventOf, IncidentEvent } from '../model/events.ts';
import { type AffectedJob, type Incident, isOpen, isWarning } from '../model/incident.ts';
import type { FailingJob, FailingJobs, OutageLimits } from './failing-jobs.ts';
import { type OpeningServices, openOrFind } from './open-outage.ts';

export interface OutageServices extends OpeningServices {
  readonly failing: FailingJobs;
  readonly limits: OutageLimits;
  readonly advance: (incident: string) => Promise<void>;
}

/** Adds jobs that fail together to their shared incident, and merges their own incidents into it. */
export async function addJobs(
  services: OutageServices,
  id: string,
  jobs: readonly FailingJob[],
  report: FailureReport,
): Promise<IntakeResult> {
  const { incident, isNew } = await openOrFind(services, id, jobs, report);
  if (!isOpen(incident)) return { incident, outcome: 'known', started: false };
  // The first jobs that crossed the threshold are added in one batch; later ones are added by their own reports.
  const begun = incident.affectedJobs.length >= services.limits.jobs;
  const failing = begun ? jobs.filter(({ job }) => job === report.job) : jobs;
  const rows = await Promise.all(
    failing.filter((job) => !includes(incident, job)).map((job) => joinedBy(services, job, report.kind)),
  );
  const unheld = incident.held !== undefined && (await holdOverAll(services.holds, rows)) === undefined;
  const { incident: after, answer } = await services.store.transact(id, (present) => {
    const events = isOpen(present) ? joiningEvents(present, rows, unheld) : [];
    return { events, answer: events.length };
  });
  // Only the new rows: the others are merged already, or will be when their alarms clear.
  const added = after.affectedJobs.filter((row) => includes({ affectedJobs: rows }, row));
  await Promise.all(
    added.flatMap((row) => [
      services.failing.assign(row.job, id),
      mergeInto(services, { id, affectedJobs: [row] }),
    ]),
  );
  return { incident: after, outcome: isNew ? 'opened' : answer > 0 ? 'joined' : 'known', started: isNew };
}

function includes(
  { affectedJobs }: Pick<Incident, 'affectedJobs'>,
  { job }: Pick<AffectedJob, 'job'>,
): boolean {
  return affectedJobs.some((row) => row.job === job);
}

/** `unheld`: no hold covers all of the new jobs. */
function joiningEvents(
  present: Incident,
  rows: readonly EventOf<'job-joined'>[],
  unheld: boolean,
): readonly IncidentEvent[] {
  const joined = rows.filter((row) => !includes(present, row));
  if (joined.length === 0 || !unheld || present.held === undefined) return joined;
  return [...joined, { type: 'released', why: 'a job failed that no hold covers' }];
}

async function joinedBy(
  services: OutageServices,
  { job, at }: FailingJob,
  kind: IncidentKind,
): Promise<EventOf<'job-joined'>> {
  const id = await openIncident(services, job);
  const own = id === undefined ? undefined : await services.store.load(id);
  const keeps = own?.touched === true;
  const failed = own === undefined || isWarning(own.kind) ? kind : own.kind;
  const tier = services.tierOf(job);
  return {
    type: 'job-joined',
    job,
    at,
    kind: failed,
    tier: tier?.name ?? '',
    ...(tier && { promise: { rtoMinutes: tier.rtoMinutes, rpoMinutes: tier.rpoMinutes } }),
    ...(keeps && { own: id }),
  };
}

/** Closes the jobs' own incidents. Called repeatedly, because a thread may open while the jobs are being merged. */
export async function mergeInto(
  services: Pick<OutageServices, 'store' | 'region' | 'advance'>,
  { id: outage, affectedJobs }: Pick<Incident, 'id' | 'affectedJobs'>,
): Promise<void> {
  for (const { job, own } of affectedJobs) {
    const id = own === undefined ? await openIncident(services, job) : undefined;
    if (id === undefined || id === outage) continue;
    const why = `${job} continues in ${outage}, together with the other jobs that failed`;
    await services.store.record(id, (present) =>
      isOpen(present) && !present.touched ? [{ type: 'closed', why, into: outage }] : [],
    );
    await services.advance(id);
  }
}
