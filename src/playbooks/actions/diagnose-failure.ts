import { z } from 'zod';
import { classifyFailure, needsLog } from '../../diagnosis/classify-failure.ts';
import { diagnoseJob } from '../../diagnosis/diagnose-job.ts';
import { Strategy, strategyFor } from '../../diagnosis/strategy.ts';
import { restartBySageMaker } from '../../diagnosis/wait-for-sagemaker.ts';
import { OpsError } from '../../errors.ts';
import { count, counted, time } from '../../in-words.ts';
import { failureWords } from '../../ports/failure-kind.ts';
import type { TrainingJob } from '../../ports/ports.ts';
import { Again } from '../../ports/step-output.ts';
import { sameGpus } from '../../relaunch/instance-memory.ts';
import { hasEnded, interruptionsOf, stateInWords, trainedUntil } from '../../training-job/job-state.ts';
import type { ReadPorts } from '../define/action-ports.ts';
import { defineAction, FailureKind, S3Uri } from '../define.ts';

const Diagnosis = z.object({
  kind: FailureKind,
  strategy: Strategy,
  /** The reason for this strategy, in one clause. */
  why: z.string(),
  evidence: z.array(z.string()),
  confidence: z.enum(['high', 'medium', 'low']),
  jobStatus: z.string(),
  secondaryStatus: z.string(),
  interruptions: z.number().int().nonnegative(),
  endedAt: z.number().optional(),
  trainedUntil: z.number().optional(),
  /** The objects or prefix that the job reads, by channel. */
  inputs: z.record(z.string(), S3Uri).default({}),
  /** The job's own instance type, then the allowed ones with as many GPUs. */
  types: z.array(z.string()).optional(),
  spot: z.boolean().optional(),
});
type Diagnosis = z.infer<typeof Diagnosis>;

export const diagnoseFailure = defineAction({
  name: 'diagnose-failure',
  effect: 'read',
  title: 'Diagnosis',
  does: 'Reads the job, its FailureReason and its log, and waits while SageMaker is restarting the job automatically.',
  input: z.object({
    job: z.string(),
    /** When it broke, according to the alarm; default: now. */
    failedAt: z.number().optional(),
    /** Limits the wait for SageMaker's own restart; default: no limit. */
    rtoMinutes: z.number().optional(),
    /** Set if a person chose the playbook: the strategy is then the one for this failure kind. */
    as: FailureKind.optional(),
  }),
  output: Diagnosis,
  report: (diagnosis) => ({
    headline: headlineOf(diagnosis),
    facts: [
      { label: 'Cause', value: `${failureWords[diagnosis.kind]} (${diagnosis.confidence} confidence)` },
      {
        label: 'Job',
        value: stateInWords({ status: diagnosis.jobStatus, secondaryStatus: diagnosis.secondaryStatus }),
      },
      { label: 'Spot interruptions', value: count(diagnosis.interruptions) },
      ...moment('Trained until', diagnosis.trainedUntil),
      ...moment('Ended', diagnosis.endedAt),
    ],
    lines: diagnosis.evidence,
  }),
  run: async ({ job: name, failedAt, rtoMinutes, as }, ports) => {
    const job = await ports.training.describe(name);
    if (hasEnded(job)) return diagnoseEnded(job, as, ports);
    const now = ports.clock.now();
    const waiting = restartBySageMaker(job, { failedAt: failedAt ?? now, rtoMinutes }, now);
    if (waiting instanceof Again) return waiting;
    return { ...factsOf(job), ...waiting, ...recoveryOptions(job, ports) };
  },
});

function moment(label: string, at: number | undefined): { label: string; value: string }[] {
  return at === undefined ? [] : [{ label, value: time(at) }];
}

async function diagnoseEnded(
  job: TrainingJob,
  as: FailureKind | undefined,
  ports: ReadPorts,
): Promise<Diagnosis> {
  if (job.status === 'Completed') return diagnoseCompleted(job, ports);
  const log = needsLog(job) ? await readLog(job, ports) : { lines: [], trouble: [] };
  const { kind, confidence, evidence } = classifyFailure(job, log.lines);
  return {
    ...factsOf(job),
    ...recoveryOptions(job, ports),
    kind,
    confidence,
    evidence: [...evidence, ...log.trouble],
    ...strategyFor(as ?? kind, job),
    ...(as !== undefined && { why: 'a person chose this playbook' }),
  };
}

/** SageMaker trusts exit code 0, so this also checks whether there is a model and whether any step was trained. */
async function diagnoseCompleted(job: TrainingJob, ports: ReadPorts): Promise<Diagnosis> {
  const { lines, trouble } = await readLog(job, ports);
  const verdict = diagnoseJob(job, { logTail: lines, storedModel: await hasModel(job, ports) });
  return { ...factsOf(job), ...verdict, evidence: [...verdict.evidence, ...trouble] };
}

async function hasModel({ modelUri }: TrainingJob, { checkpoints }: ReadPorts): Promise<boolean> {
  if (modelUri === undefined) return false;
  const at = modelUri.lastIndexOf('/') + 1;
  const folder = S3Uri.parse(modelUri.slice(0, at));
  return (await checkpoints.files(folder)).some(({ name, size }) => name === modelUri.slice(at) && size > 0);
}

type JobFacts = Pick<
  Diagnosis,
  'jobStatus' | 'secondaryStatus' | 'interruptions' | 'inputs' | 'endedAt' | 'trainedUntil'
>;

function factsOf(job: TrainingJob): JobFacts {
  const until = trainedUntil(job);
  return {
    jobStatus: job.status,
    secondaryStatus: job.secondaryStatus,
    interruptions: interruptionsOf(job),
    inputs: inputsOf(job),
    ...(job.endedAt !== undefined && { endedAt: job.endedAt }),
    ...(until !== undefined && { trainedUntil: until }),
  };
}

/** The capacity on which the job could continue. */
function recoveryOptions(
  { spot, instanceType }: TrainingJob,
  { caps }: ReadPorts,
): Pick<Diagnosis, 'spot' | 'types'> {
  return { spot, ...(instanceType !== undefined && { types: sameGpus(instanceType, caps.instanceTypes) }) };
}

/** Manifest channels are recognized when the data is read. */
function inputsOf({ inputs }: TrainingJob): Diagnosis['inputs'] {
  return Object.fromEntries(
    inputs.flatMap(({ name, uri }) => {
      const read = S3Uri.safeParse(uri).data;
      return read === undefined ? [] : [[name, read]];
    }),
  );
}

/** Reports a log that Relight may not read; transient errors are left to the queue. */
async function readLog(
  job: TrainingJob,
  { logs }: ReadPorts,
): Promise<{ lines: readonly string[]; trouble: string[] }> {
  try {
    return { lines: await logs.tail(job.name, 200), trouble: [] };
  } catch (thrown) {
    if (!(thrown instanceof OpsError) || thrown.retry) throw thrown;
    return { lines: [], trouble: [`The log could not be read: ${thrown.message}`] };
  }
}

function headlineOf({ kind, strategy, why, interruptions, jobStatus }: Diagnosis): string {
  if (strategy === 'none_trains_again')
    return `SageMaker restarted the job automatically after ${counted(interruptions, 'spot interruption')}: it is training again`;
  if (strategy === 'resume_elsewhere') return `The job is waiting for spot instances: ${why}`;
  const failed = jobStatus === 'Failed' || jobStatus === 'Stopped';
  return `${failed ? headlines[kind] : 'Nothing to recover'}: ${why}`;
}

const headlines: Readonly<Record<FailureKind, string>> = {
  spot_interruption: 'AWS reclaimed the spot instances and SageMaker gave up waiting',
  capacity: 'SageMaker could not get the instances',
  oom_gpu: 'The GPU ran out of memory',
  oom_host: 'The instance ran out of memory',
  disk_full: 'The disk filled up',
  data: 'The training data could not be loaded',
  permission: 'AWS denied the job access',
  network: 'The job could not reach S3',
  internal: 'SageMaker had an internal error',
  time_limit: 'The job reached its time limit',
  quota: 'An account quota stopped the job',
  throttle: 'AWS throttled the job',
  user_stopped: 'Someone stopped the job',
  bad_checkpoint: 'The job could not load its checkpoint',
  code_error: 'The training script failed',
  hang_or_nccl: 'The job hung',
  hardware: 'The hardware failed',
  dependency_install: 'A dependency could not be installed',
  image: 'The container image could not be used',
  unknown: 'Relight does not recognize this failure',
};
