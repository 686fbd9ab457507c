import { classifyFailure, needsLog } from '../diagnosis/classify-failure.ts';
import { OpsError } from '../errors.ts';
import { quote } from '../in-words.ts';
import type { FailureKind } from '../ports/failure-kind.ts';
import type { Ports, TrainingJob } from '../ports/ports.ts';
import type { JobSummary, TierOfJob } from '../ports/region.ts';
import { newerCopyOf } from '../training-job/copy-names.ts';
import { trainedUntil, trains } from '../training-job/job-state.ts';
import type { SeenJob } from './common-cause.ts';
import { inBatches } from './in-batches.ts';
import { type FailedJob, inOrder, relaunchHelps } from './recovery-series.ts';
import { traitsOf } from './traits.ts';

/** So many jobs are listed, and so many of each sort are looked at one by one. */
const most = { listed: 500, failed: 30, healthy: 20 } as const;
const logLines = 200;

export interface JobsSeen {
  /** In the order in which they would be recovered. */
  readonly failed: readonly FailedJob[];
  /** The failed ones as DescribeTrainingJob tells them. */
  readonly described: readonly TrainingJob[];
  /** For the common cause: the failed ones and a sample of the healthy ones. */
  readonly seen: readonly SeenJob[];
  readonly counts: {
    readonly listed: number;
    readonly running: number;
    /** No pattern of relight.yaml matches them. */
    readonly foreign: number;
    /** Ended, and recovered by a newer job. */
    readonly replaced: number;
    readonly stoppedByPeople: number;
    /** Failed, and not looked at because there are too many. */
    readonly unseen: number;
  };
  readonly cut: boolean;
}

interface Ours extends JobSummary {
  readonly tier: TierOfJob;
}

export async function lookAtJobs(since: number, ports: Ports): Promise<JobsSeen> {
  const { found, cut } = await ports.region.jobs(since, most.listed);
  const ours = found.flatMap((job): Ours[] => {
    const tier = ports.region.tierOf(job.name);
    return tier === undefined ? [] : [{ ...job, tier }];
  });
  const ended = ours.filter(({ status }) => status === 'Failed' || status === 'Stopped');
  const bad = inOrder(
    ended
      .filter((job) => newerCopyOf(job, found) === undefined)
      .map((summary) => ({ ...summary, job: summary.name, rank: summary.tier.rank })),
  );
  const healthy = ours.filter(({ status }) => status === 'InProgress' || status === 'Completed');
  const looked = await inBatches(bad.slice(0, most.failed), (one) => lookAt(one, ports));
  const sample = await inBatches(healthy.slice(0, most.healthy), ({ name }) => ports.training.find(name));
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
      unseen: Math.max(0, bad.length - most.failed),
    },
    cut,
  };
}

/** A job that is starting has not shown yet that it is spared. */
function isSound(job: TrainingJob): boolean {
  return job.status === 'Completed' || trains(job) || job.secondaryStatus === 'Uploading';
}

async function lookAt(
  { name, tier, createdAt }: Ours,
  ports: Ports,
): Promise<{ failure: FailedJob; described: TrainingJob; seen: SeenJob }> {
  const job = await ports.training.describe(name);
  const { kind, evidence } = classifyFailure(job, needsLog(job) ? await logOf(name, ports) : []);
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
    seen: { ...seenOf(job, true), ...failureIn(kind, evidence) },
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

/** A log that cannot be read leaves the kind less sure; the look at the Region goes on. */
async function logOf(job: string, { logs }: Ports): Promise<readonly string[]> {
  try {
    return await logs.tail(job, logLines);
  } catch (thrown) {
    if (thrown instanceof OpsError) return [];
    throw thrown;
  }
}

/** What a container writes around the error of any script: by itself it says nothing about the cause. */
const wrapping =
  /AlgorithmError|ExecuteUserScriptError|ErrorMessage|ExitCode|exit code|Last log line|No log line was read/g;

/**
 * The words of a failure, comparable between jobs: numbers, ids and paths are different in each job of one outage.
 * Nothing where the words would fit any failure.
 */
function failureIn(kind: FailureKind, [said = '']: readonly string[]): { readonly failure?: string } {
  const words = said
    .replace(/^(FailureReason|Log): /, '')
    .replaceAll(/s3:\/\/\S+|arn:\S+|\b[\w-]*\d[\w-]*\b/g, '…')
    .replaceAll(/[“”]/g, '');
  const telling = words.replaceAll(wrapping, '').replaceAll(/[\W_]/g, '');
  return kind === 'unknown' && telling.length < 8 ? {} : { failure: quote(words, 120) };
}
