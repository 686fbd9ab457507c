import type { IncidentKind } from '../../playbooks/define.ts';
import { holdOverAll } from '../holds/holds.ts';
import { openIncident } from '../intake/alarm-cleared.ts';
import type { Taken } from '../intake/intake.ts';
import type { Report } from '../intake/report.ts';
import type { BoardJob } from '../model/board.ts';
import type { IncidentEvent } from '../model/events.ts';
import { type Incident, isOpen, isWarning } from '../model/incident.ts';
import type { FailingJob, FailingJobs, OutageLimits } from './failing-jobs.ts';
import { type OpeningParts, openOrFind } from './outage-opening.ts';

export interface BoardParts extends OpeningParts {
  readonly failing: FailingJobs;
  readonly limits: OutageLimits;
  /** Brings the thread of an incident up to date. */
  readonly advance: (incident: string) => Promise<void>;
}

/** Puts the jobs that fail together on the board of their incident, and folds what each has of its own into it. */
export async function takeIn(
  parts: BoardParts,
  id: string,
  jobs: readonly FailingJob[],
  report: Report,
): Promise<Taken> {
  const { incident, isNew } = await openOrFind(parts, id, jobs, report);
  if (!isOpen(incident)) return { incident, outcome: 'known', started: false };
  // Those that made it an outage are put on together; from then on each comes with its own report.
  const begun = incident.board.length >= parts.limits.jobs;
  const failing = begun ? jobs.filter(({ job }) => job === report.job) : jobs;
  const rows = await Promise.all(
    failing.filter((job) => !isOn(incident, job)).map((job) => joinedBy(parts, job, report.kind)),
  );
  const loose = incident.held !== undefined && (await holdOverAll(parts.holds, rows)) === undefined;
  const { incident: after, answer } = await parts.store.transact(id, (present) => {
    const events = isOpen(present) ? joiningEvents(present, rows, loose) : [];
    return { events, answer: events.length };
  });
  // The others are folded by now, or will be when alarms settle: with each job all of them would be looked up again.
  const due = after.board.filter((row) => isOn({ board: rows }, row));
  await Promise.all(
    due.flatMap((row) => [parts.failing.putOn(row.job, id), foldInto(parts, { id, board: [row] })]),
  );
  return { incident: after, outcome: isNew ? 'opened' : answer > 0 ? 'joined' : 'known', started: isNew };
}

function isOn({ board }: Pick<Incident, 'board'>, { job }: Pick<BoardJob, 'job'>): boolean {
  return board.some((row) => row.job === job);
}

/** `loose`: nothing holds a thread about one of these jobs back. */
function joiningEvents(
  present: Incident,
  rows: readonly JobJoined[],
  loose: boolean,
): readonly IncidentEvent[] {
  const joined = rows.filter((row) => !isOn(present, row));
  if (joined.length === 0 || !loose || present.held === undefined) return joined;
  return [...joined, { type: 'released', why: 'a job failed too that nothing holds back' }];
}

type JobJoined = Extract<IncidentEvent, { type: 'job-joined' }>;

async function joinedBy(parts: BoardParts, { job, at }: FailingJob, kind: IncidentKind): Promise<JobJoined> {
  const id = await openIncident(parts, job);
  const own = id === undefined ? undefined : await parts.store.load(id);
  const keeps = own?.touched === true;
  const failed = own === undefined || isWarning(own.kind) ? kind : own.kind;
  const tier = parts.tierOf(job);
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

/** Closes what its jobs have of their own; called again and again, since a thread may open while it is folded. */
export async function foldInto(
  parts: Pick<BoardParts, 'store' | 'region' | 'advance'>,
  { id: outage, board }: Pick<Incident, 'id' | 'board'>,
): Promise<void> {
  for (const { job, own } of board) {
    const id = own === undefined ? await openIncident(parts, job) : undefined;
    if (id === undefined || id === outage) continue;
    const why = `${job} goes on in ${outage}, with the other jobs that failed`;
    await parts.store.transact(id, (present) => ({
      events: isOpen(present) && !present.touched ? [{ type: 'closed', why, into: outage }] : [],
      answer: undefined,
    }));
    await parts.advance(id);
  }
}
