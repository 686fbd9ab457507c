import { nameOf } from '../../checkpoints/folders.ts';
import type { CompleteCheckpoint } from '../../checkpoints/grading/newest-complete.ts';
import { clock } from '../../in-words.ts';
import type { FailureReport } from '../../incidents/intake/failure-report.ts';
import type { TrainingJob } from '../../ports/ports.ts';
import { trains } from '../../training-job/job-state.ts';

export type WatchedJob = Pick<
  TrainingJob,
  | 'name'
  | 'status'
  | 'secondaryStatus'
  | 'transitions'
  | 'checkpointUri'
  | 'instanceType'
  | 'instanceCount'
  | 'createdAt'
>;

/** A job's status against its RPO. `safe`: a recent checkpoint is complete; `ignored`: no checkpoint is due yet. */
export type RpoStatus =
  | { readonly alarm: FailureReport['alarm'] }
  | { readonly safe: string }
  | { readonly ignored: string };

/** A report without a playbook, which the kind determines as for every alarm. */
export type RpoReport = Pick<FailureReport, 'job' | 'kind' | 'alarm'>;

const minute = 60_000;

/**
 * How long after the RPO a checkpoint may arrive before an alarm is raised. SageMaker uploads checkpoints to S3 while
 * training continues, so a job that saves exactly once per RPO is always late by one upload. A fifth of the usual
 * 30 minutes is 6: an upload of 70 GB at 200 MB/s, plus one pass of the watch. At least 2 minutes, since the marker file
 * may arrive that much later than the other files.
 */
function graceMs(rpoMinutes: number): number {
  return Math.max(2, rpoMinutes / 5) * minute;
}

/** Compares a job with its RPO. Pure and based on facts alone, so that every pass produces the same alarm. */
export function rpoStatus(
  job: WatchedJob,
  newest: CompleteCheckpoint | undefined,
  rpoMinutes: number,
  now: number,
): RpoStatus {
  if (!trains(job)) return { ignored: `it is ${job.secondaryStatus}` };
  const rpo = rpoMinutes * minute;
  const since = job.transitions.at(-1)?.startedAt ?? job.createdAt;
  if (job.checkpointUri === undefined) return withoutCheckpoints(job, since, rpo, now);
  // Training before this run of the job is in a checkpoint, or was lost when this run started.
  const safeUntil = Math.max(since, newest?.committedAt ?? since);
  const brokenAt = safeUntil + rpo;
  if (now > brokenAt + graceMs(rpoMinutes))
    return { alarm: alarmOf('Checkpoints stopped', checkpointAge(newest, since, rpoMinutes, now), brokenAt) };
  // Well before the RPO is missed again: an alarm that follows reopens only an incident that was closed before it.
  if (newest !== undefined && now < newest.committedAt + rpo - graceMs(rpoMinutes))
    return { safe: `${nameOf(newest.uri)} of ${clock(newest.committedAt)} is complete` };
  return { ignored: 'no checkpoint is due' };
}

/** A running job's configuration cannot change, so one alarm covers all its interruptions and restarts. */
function withoutCheckpoints(job: WatchedJob, since: number, rpo: number, now: number): RpoStatus {
  if (now <= since + rpo) return { ignored: 'no checkpoint is due' };
  const { transitions } = job;
  const first = transitions.find(
    ({ status, startedAt }, index) =>
      status === 'Training' && (transitions[index + 1]?.startedAt ?? now) - startedAt > rpo,
  );
  const lost = inMinutes(now - since);
  const reason = `if it fails now, ${lost} of training is lost (RPO ${inMinutes(rpo)})`;
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
    return `${nameOf(newest.uri)} of ${clock(newest.committedAt)} is ${inMinutes(now - newest.committedAt)} old, ${rpo}`;
  const last =
    newest === undefined ? '' : `; the last one is ${nameOf(newest.uri)} of ${clock(newest.committedAt)}`;
  return `no complete checkpoint in ${inMinutes(now - since)} of training, ${rpo}${last}`;
}

export function alarmOf(name: string, reason: string, at: number): FailureReport['alarm'] {
  return { source: 'rpo-watch', name, reason, at };
}

function inMinutes(ms: number): string {
  return `${Math.floor(ms / minute)} min`;
}
