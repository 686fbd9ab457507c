import type { DescribedJob } from '../../aws/training/describe-output.ts';
import {
  type DiagnosableJob,
  type Diagnosis,
  diagnoseJob,
  runnerUpInWords,
} from '../../diagnosis/diagnose-job.ts';
import type { LogTails } from '../../diagnosis/logs/voices.ts';
import { diagnoseFailure } from '../../playbooks/actions/diagnose-failure.ts';
import type { FailureKind } from '../../playbooks/define.ts';
import { failureWords } from '../../ports/failure-kind.ts';
import { type SeenBefore, seenInWords } from '../../ports/history/seen-before.ts';
import type { Json } from '../../ports/ports.ts';
import { hasEnded, interruptionsOf, stateInWords } from '../../training-job/job-state.ts';

export interface Diagnosed {
  readonly job: DiagnosableJob & { readonly name: string };
  readonly diagnosis: Diagnosis;
  /** The ID of the playbook that handles this kind of failure. */
  readonly playbook?: string | undefined;
  /** Earlier incidents with the same fingerprint, if there are any and Redis could be asked. */
  readonly seenBefore?: SeenBefore;
}

export function diagnose(job: DescribedJob, logs: LogTails): Diagnosis {
  return diagnoseJob(job, { logs, storedModel: job.storedModel });
}

/** The batch size factor of the first retry: the default of `plan-smaller-batch`. */
const batchSizeReduction = 0.5;

/** For scripts: the terms of the recovery playbooks, with the job name because one stream can contain many jobs. */
export function diagnosisForScripts({ job, diagnosis, seenBefore }: Diagnosed): Json {
  const { kind, strategy, why, evidence, confidence, runnerUp, offers, remedy, fingerprint } = diagnosis;
  return {
    job: job.name,
    kind,
    strategy,
    ...(strategy === 'retry_with_reduced_batch' && { batch_size_reduction: batchSizeReduction }),
    why,
    evidence,
    confidence,
    ...(runnerUp !== undefined && { runnerUp: { ...runnerUp } }),
    ...(offers !== undefined && { offers }),
    ...(remedy !== undefined && { remedy }),
    ...(fingerprint !== undefined && { fingerprint }),
    ...(seenBefore !== undefined && { seenBefore: seenForScripts(seenBefore) }),
  };
}

function seenForScripts({ times, more, since, last }: SeenBefore): Json {
  const { incident, job, end, by, minutes } = last;
  return {
    count: times,
    more,
    since: new Date(since).toISOString(),
    last: {
      incident,
      ...(job !== undefined && { job }),
      outcome: end,
      ...(by !== undefined && { by }),
      minutes,
    },
  };
}

/** For people: what broke, the confidence and evidence, what Relight would do, and the next step. */
export function diagnosisInWords(diagnosed: Diagnosed): readonly string[] {
  const { job, diagnosis, seenBefore } = diagnosed;
  const { headline } = diagnoseFailure.report({
    ...diagnosis,
    evidence: [...diagnosis.evidence],
    jobStatus: job.status,
    secondaryStatus: job.secondaryStatus,
    interruptions: interruptionsOf(job),
    inputs: {},
  });
  return [
    `${job.name} (${stateInWords(job)})`,
    `  Diagnosis: ${job.status === 'Completed' ? diagnosis.why : headline}`,
    `  Cause: ${failureWords[diagnosis.kind]} (${diagnosis.confidence} confidence)`,
    ...diagnosis.evidence.map((line) => `  Evidence: ${line}`),
    ...(diagnosis.runnerUp === undefined ? [] : [`  ${runnerUpInWords(diagnosis.runnerUp)}`]),
    ...(seenBefore === undefined ? [] : [`  ${seenInWords(seenBefore)}`]),
    `  Relight would: ${strategyInWords(diagnosis)}`,
    ...(diagnosis.offers ?? []).map((offer) => `  You may: ${strategiesInWords[offer]} (${offer})`),
    `  Next: ${nextFor(diagnosed)}`,
  ];
}

const strategiesInWords: Readonly<Record<Diagnosis['strategy'], string>> = {
  resume_from_checkpoint: 'resume from the newest good checkpoint',
  resume_from_earlier_checkpoint: 'resume from the checkpoint before the broken one',
  retry_with_reduced_batch: `retry with the batch size times ${batchSizeReduction}`,
  retry_on_larger_instance: 'retry on an instance with more memory',
  retry_after_data_fix: 'retry after the data is fixed',
  restart_from_scratch: 'restart from scratch, since it has no checkpoints',
  resume_elsewhere: 'stop it and resume on other capacity',
  none_trains_again: 'do nothing, since SageMaker restarted it automatically',
  none: 'start nothing automatically',
};

function strategyInWords({ strategy }: Diagnosis): string {
  return `${strategiesInWords[strategy]} (${strategy})`;
}

function nextFor({ job, diagnosis, playbook }: Diagnosed): string {
  if (!hasEnded(job)) return nextByHand.spot_interruption;
  if (diagnosis.kind === 'unknown' && job.status === 'Completed' && diagnosis.confidence === 'high')
    return 'Nothing to do';
  const helps = playbook !== undefined && diagnosis.strategy !== 'none';
  return helps ? `In Slack: /relight start ${playbook} ${job.name}` : nextByHand[diagnosis.kind];
}

const bySageMaker = 'Nothing to do: check the job again in a few minutes';

/** The manual next step for failures that no playbook handles: one imperative sentence. */
const nextByHand: Readonly<Record<FailureKind, string>> = {
  spot_interruption: bySageMaker,
  capacity: 'Start the job again later, or on another instance type',
  internal: 'Start the job again; if the error recurs, open a case with AWS Support',
  hardware: 'Start the job again on other instances and report the host to AWS Support',
  time_limit: 'Raise MaxRuntimeInSeconds, then start the job again',
  oom_gpu: 'Halve per_device_train_batch_size, double gradient_accumulation_steps, then start the job again',
  oom_host:
    'Choose an instance type with more memory, or fewer data loader workers, then start the job again',
  disk_full:
    'Raise ResourceConfig.VolumeSizeInGB, or keep fewer checkpoints on disk, then start the job again',
  data: 'Find the broken rows or missing files, correct a copy of the data, then start the job again with it',
  permission: 'Compare the policies of the job’s role, the bucket and its KMS key with the denied call',
  network: 'Give the job’s subnets an S3 VPC endpoint or a NAT device, or leave VpcConfig out',
  quota: 'Free up instances, or request more in Service Quotas',
  throttle: 'Start fewer jobs at the same time, then start this one again',
  user_stopped: 'Ask who stopped it: CloudTrail shows StopTrainingJob',
  bad_checkpoint: 'Resume from the checkpoint before the one that could not be loaded',
  code_error: 'Correct the line that the traceback names, then start the job again',
  hang_or_nccl: 'Read the log of every host (algo-1, algo-2, …) and look for the one that failed first',
  dependency_install: 'Pin the named package in requirements.txt, then start the job again',
  image: 'Check the image URI, its entry point and the role’s permission to pull it',
  unknown: 'Read the complete log in CloudWatch, log group /aws/sagemaker/TrainingJobs',
};
