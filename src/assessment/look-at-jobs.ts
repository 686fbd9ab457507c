import { classifyWithLogs } from '../diagnosis/classify-with-logs.ts';
import { quote } from '../in-words.ts';
import type { Ports, TrainingJob } from '../ports/ports.ts';
import type { JobSummary, TierOfJob } from '../ports/region.ts';
import { newerCopyOf } from '../training-job/copy-names.ts';
import { trainedUntil, trains } from '../training-job/job-state.ts';
import type { Assessment } from './assessment.ts';
import type { SeenJob } from './common-cause.ts';
import { comparableFailure } from './comparable-failure.ts';
import { inBatches } from './in-batches.ts';
import { type FailedJob, inRecoveryOrder, relaunchHelps } from './recovery-series.ts';
import { traitsOf } from './traits.ts';

/** How many jobs are listed, and how many of each kind are described one by one. */
const max = { listed: 500, failed: 30, healthy: 20 } as const;

export interface JobsSeen {
  /** In recovery order. */
  readonly failed: readonly FailedJob[];
  /** The failed jobs as returned by DescribeTrainingJob. */
  readonly described: readonly TrainingJob[];
  /** For the common cause: the failed jobs and a sample of the healthy ones. */
  readonly seen: readonly SeenJob[];
  readonly counts: Assessment['counts'];
  readonly cut: boolean;
}

interface Ours extends JobSummary {
  readonly tier: TierOfJob;
}

export async function lookAtJobs(since: number, ports: Ports): Promise<JobsSeen> {
  const { found, cut } = await ports.region.jobs(since, max.listed);
  const ours = found.flatMap((job): Ours[] => {
    const tier = ports.region.tierOf(job.name);
    return tier === undefined ? [] : [{ ...job, tier }];
  });
  const ended = ours.filter(({ status }) => status === 'Failed' || status === 'Stopped');
  const bad = inRecoveryOrder(
    ended
      .filter((job) => newerCopyOf(job, found) === undefined)
      .map((summary) => ({ ...summary, job: summary.name, rank: summary.tier.rank })),
  );
  const healthy = ours.filter(({ status }) => status === 'InProgress' || status === 'Completed');
  const looked = await inBatches(bad.slice(0, max.failed), (one) => lookAt(one, ports));
  const sample = await inBatches(healthy.slice(0, max.healthy), ({ name }) => ports.training.find(name));
  const sound = sample.flatMap((job) => (job !== undefined && isSound(job) ? [seenOf(job, false)] : []));
  const failed = looked.filter(({ failure: { kind } }) => kind !== 'user_stopped');
  return {
    failed: failed.map(({ failure }) => failure),
    described: failed.map(({ described }) => described),
    seen: [...failed.map(({ seen }) => seen), ...sound],
    counts: {
      listed: found.length,
      running: ours.filter(({ status }) => status === 'InProgress').length,
      foreign: found.length - ours.length,
      replaced: ended.length - bad.length,
      stoppedByPeople: looked.length - failed.length,
      unseen: Math.max(0, bad.length - max.failed),
    },
    cut,
  };
}

/** A job that is still starting is no evidence that it is healthy. */
function isSound(job: TrainingJob): boolean {
  return job.status === 'Completed' || trains(job) || job.secondaryStatus === 'Uploading';
}

async function lookAt(
  { name, tier, createdAt }: Ours,
  ports: Ports,
): Promise<{ failure: FailedJob; described: TrainingJob; seen: SeenJob }> {
  const job = await ports.training.describe(name);
  // An unreadable log only makes the failure kind less certain, so the assessment continues.
  const { kind, evidence } = (await classifyWithLogs(job, ports.logs)).verdict;
  return {
    failure: {
      job: name,
      tier: tier.name,
      rank: tier.rank,
      rpoMinutes: tier.rpoMinutes,
      createdAt,
      trainedUntil: trainedUntil(job) ?? job.createdAt,
      kind,
      evidence: quote(evidence[0] ?? '', 160),
      relaunch: relaunchHelps(kind, job),
    },
    described: job,
    seen: { ...seenOf(job, true), ...comparableFailure(kind, evidence) },
  };
}

function seenOf(job: TrainingJob, failed: boolean): SeenJob {
  const at = job.endedAt ?? trainedUntil(job);
  return {
    job: job.name,
    failed,
    ...(failed && at !== undefined && { failedAt: at }),
    ...(!failed && job.endedAt !== undefined && { endedAt: job.endedAt }),
    traits: traitsOf(job),
  };
}
