import type { IncidentKind } from '../../playbooks/define.ts';
import { smallest } from '../../ports/collections.ts';
import { type Holds, holdOverAll } from '../holds/holds.ts';
import type { FailureReport, Plan, TierObjectives } from '../intake/failure-report.ts';
import { openIncident } from '../intake/incident-ids.ts';
import type { IntakeResult } from '../intake/intake.ts';
import type { IncidentStore } from '../journal/store.ts';
import type { IncidentEvent, Opened } from '../model/events.ts';
import { heldBy } from '../model/hold-states.ts';
import { type AffectedJob, type Incident, isOpen, isWarning } from '../model/incident.ts';
import type { FailingJob, FailingJobs, OutageLimits } from './failing-jobs.ts';

export interface OutageServices {
  readonly store: IncidentStore;
  readonly region: string;
  readonly holds: Holds;
  readonly tierOf: (job: string) => (TierObjectives & { readonly rank: number }) | undefined;
  /** The playbook for many jobs at once, if there is one. */
  readonly plan: () => Plan | undefined;
  readonly failing: FailingJobs;
  readonly limits: OutageLimits;
  /** Brings the thread of an incident up to date. */
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
  rows: readonly JobJoined[],
  unheld: boolean,
): readonly IncidentEvent[] {
  const joined = rows.filter((row) => !includes(present, row));
  if (joined.length === 0 || !unheld || present.held === undefined) return joined;
  return [...joined, { type: 'released', why: 'a job failed that no hold covers' }];
}

type JobJoined = Extract<IncidentEvent, { type: 'job-joined' }>;

async function joinedBy(
  services: OutageServices,
  { job, at }: FailingJob,
  kind: IncidentKind,
): Promise<JobJoined> {
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
    await services.store.transact(id, (present) => ({
      events: isOpen(present) && !present.touched ? [{ type: 'closed', why, into: outage }] : [],
      answer: undefined,
    }));
    await services.advance(id);
  }
}

/** Finds or opens the shared incident. Its thread is held back only if every job's own thread would be. */
async function openOrFind(
  services: OutageServices,
  id: string,
  jobs: readonly FailingJob[],
  report: FailureReport,
): ReturnType<IncidentStore['open']> {
  const { store, holds, tierOf } = services;
  const existing = await store.find(id);
  if (existing !== undefined) return { incident: existing, isNew: false };
  const failing = jobs.map(({ job }) => ({ job, kind: report.kind, tier: tierOf(job)?.name ?? '' }));
  const hold = await holdOverAll(holds, failing);
  if (hold !== undefined) await holds.keep(id);
  return store.open([...openingEvents(services, id, jobs, report), ...heldBy(hold)]);
}

/** The incident has the clock of its most urgent job, starting at the first failure. */
function openingEvents(
  { tierOf, plan, region }: OutageServices,
  id: string,
  jobs: readonly FailingJob[],
  { alarm }: FailureReport,
): readonly [Opened, ...IncidentEvent[]] {
  const [urgent] = jobs
    .flatMap(({ job, at }) => {
      const tier = tierOf(job);
      return tier === undefined ? [] : [{ job, at, tier }];
    })
    .toSorted((one, other) => one.tier.rank - other.tier.rank || one.at - other.at);
  const { job = '', tier } = urgent ?? {};
  const opened: Opened = {
    type: 'opened',
    incident: id,
    job,
    region,
    tier: tier?.name ?? '',
    kind: 'system_failure',
    rtoMinutes: tier?.rtoMinutes ?? 0,
    rpoMinutes: tier?.rpoMinutes ?? 0,
    alarm: { ...alarm, at: Math.min(alarm.at, smallest(jobs.map(({ at }) => at))) },
  };
  const playbook = plan();
  if (playbook === undefined) return [opened];
  return [opened, { type: 'playbook-started', playbook: playbook.id, steps: [...playbook.steps] }];
}
