import type { FailureReport } from '../../incidents/intake/failure-report.ts';

/** As much of a training job as the watch reads; `playbooks/ports/training.ts` has all of it. */
export interface WatchedJob {
  readonly name: string;
  readonly status: string;
  readonly secondaryStatus: string;
  /** Oldest first. */
  readonly transitions: readonly { readonly status: string; readonly startedAt: number }[];
  /** Absent: it writes no checkpoints. */
  readonly checkpointUri?: `s3://${string}`;
  readonly instanceType?: string;
  readonly instanceCount?: number;
  readonly createdAt: number;
}

/** A checkpoint that the job could be resumed from. */
export interface CompleteCheckpoint {
  readonly uri: `s3://${string}`;
  readonly step: number;
  readonly committedAt: number;
}

/** `calm`: out of danger, and why; `quiet`: nothing is due, or not yet. */
export type RpoStatus =
  | { readonly alarm: FailureReport['alarm'] }
  | { readonly calm: string }
  | { readonly quiet: string };

/** The playbook is found by the kind, as for every alarm. */
export type RpoReport = Pick<FailureReport, 'job' | 'kind' | 'alarm'>;

const minute = 60_000;

/**
 * How much later than the RPO a checkpoint may come before people are called. SageMaker copies a checkpoint to S3 while
 * training goes on, so a job that saves exactly as often as the RPO asks for is late by one upload every time. A fifth
 * is 6 minutes of the usual 30: an upload of 70 GB at 200 MB/s, and one look of the watch. At least 2 minutes, as the
 * marker may come that much after the other files.
 */
function graceMs(rpoMinutes: number): number {
  return Math.max(2, rpoMinutes / 5) * minute;
}

export function isTraining({ status, secondaryStatus }: WatchedJob): boolean {
  return status === 'InProgress' && secondaryStatus === 'Training';
}

/** Where a job stands against its RPO. Pure, and told from facts alone: whoever looks, whenever, gives the same alarm. */
export function rpoStatus(
  job: WatchedJob,
  newest: CompleteCheckpoint | undefined,
  rpoMinutes: number,
  now: number,
): RpoStatus {
  if (!isTraining(job)) return { quiet: `it is ${job.secondaryStatus}` };
  const rpo = rpoMinutes * minute;
  const since = job.transitions.at(-1)?.startedAt ?? job.createdAt;
  if (job.checkpointUri === undefined) return withoutCheckpoints(job, since, rpo, now);
  // What was trained before this stretch is in a checkpoint, or was lost when it began.
  const safeUntil = Math.max(since, newest?.committedAt ?? since);
  const brokenAt = safeUntil + rpo;
  if (now > brokenAt + graceMs(rpoMinutes))
    return { alarm: alarmOf('Checkpoints stopped', checkpointAge(newest, since, rpoMinutes, now), brokenAt) };
  // Well before the next break: an alarm is news only to an incident that was closed before it.
  if (newest !== undefined && now < newest.committedAt + rpo - graceMs(rpoMinutes))
    return { calm: `${nameOf(newest)} of ${clock(newest.committedAt)} is complete` };
  return { quiet: 'nothing is due' };
}

/** The configuration of a running job cannot be changed: one alarm for all of its stretches. */
function withoutCheckpoints(job: WatchedJob, since: number, rpo: number, now: number): RpoStatus {
  if (now <= since + rpo) return { quiet: 'nothing is due' };
  const { transitions } = job;
  const first = transitions.find(
    ({ status, startedAt }, index) =>
      status === 'Training' && (transitions[index + 1]?.startedAt ?? now) - startedAt > rpo,
  );
  const lost = inMinutes(now - since);
  const reason = `if it fails now, ${lost} of training are lost (RPO ${inMinutes(rpo)})`;
  return { alarm: alarmOf('It writes no checkpoints', reason, (first?.startedAt ?? since) + rpo) };
}

function checkpointAge(
  newest: CompleteCheckpoint | undefined,
  since: number,
  rpoMinutes: number,
  now: number,
): string {
  const rpo = `the RPO is ${inMinutes(rpoMinutes * minute)}`;
  if (newest !== undefined && newest.committedAt >= since)
    return `${nameOf(newest)} of ${clock(newest.committedAt)} is ${inMinutes(now - newest.committedAt)} old, ${rpo}`;
  const last =
    newest === undefined ? '' : `; the last one is ${nameOf(newest)} of ${clock(newest.committedAt)}`;
  return `no complete checkpoint in ${inMinutes(now - since)} of training, ${rpo}${last}`;
}

export function alarmOf(name: string, reason: string, at: number): FailureReport['alarm'] {
  return { source: 'rpo-watch', name, reason, at };
}

function nameOf({ uri }: CompleteCheckpoint): string {
  return uri.replace(/\/$/, '').replace(/^.*\//, '');
}

function inMinutes(ms: number): string {
  return `${Math.floor(ms / minute)} min`;
}

function clock(at: number): string {
  return `${new Date(at).toISOString().slice(11, 16)} UTC`;
}
