import { classifyFailure, needsLog } from '../../diagnosis/classify-failure.ts';
import { diagnoseJob, diagnosisOf, runnerUpInWords } from '../../diagnosis/diagnose-job.ts';
import { readHosts } from '../../diagnosis/logs/read-hosts.ts';
import type { HostLog } from '../../diagnosis/logs/voices.ts';
import { Remedy } from '../../diagnosis/rules/rule.ts';
import { Strategy, strategyFor } from '../../diagnosis/strategy.ts';
import { restartBySageMaker } from '../../diagnosis/wait-for-sagemaker.ts';
import { count, time } from '../../in-words.ts';
import { failureWords } from '../../ports/failure-kind.ts';
import type { TrainingJob } from '../../ports/ports.ts';
import { sameGpus } from '../../relaunch/instance-memory.ts';
import { hasEnded, interruptionsOf, stateInWords, trainedUntil } from '../../training-job/job-state.ts';
import { Again, defineAction, FailureKind, type ReadPorts, S3Uri, z } from '../define.ts';
import { diagnosisHeadline } from '../diagnosis-headline.ts';

const Diagnosis = z.object({
  kind: FailureKind,
  strategy: Strategy,
  /** The reason for this strategy, in one clause. */
  why: z.string(),
  evidence: z.array(z.string()),
  confidence: z.enum(['high', 'medium', 'low']),
  /** A recovery beside the strategies, e.g. to restore the number of instances. */
  remedy: Remedy.optional(),
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
  does: 'Reads the job, its FailureReason and the log of every host, and waits while SageMaker is restarting the job automatically.',
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
    headline: diagnosisHeadline(diagnosis),
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

type As = FailureKind | undefined;

async function diagnoseEnded(job: TrainingJob, as: As, ports: ReadPorts): Promise<Diagnosis> {
  if (job.status === 'Completed') return diagnoseCompleted(job, ports);
  const log = needsLog(job) ? await readLog(job, ports) : { hosts: [], trouble: [] };
  const { kind, confidence, evidence, strategy, why, runnerUp, remedy } = diagnosisOf(
    classifyFailure(job, log.hosts),
    job,
  );
  return {
    ...factsOf(job),
    ...recoveryOptions(job, ports),
    kind,
    confidence,
    evidence: [...evidence, ...(runnerUp === undefined ? [] : [runnerUpInWords(runnerUp)]), ...log.trouble],
    strategy,
    why,
    ...(remedy !== undefined && { remedy }),
    ...(as !== undefined && { ...strategyFor(as, job), why: 'a person chose this playbook' }),
  };
}

/** SageMaker trusts exit code 0, so this also checks whether there is a model and whether any step was trained. */
async function diagnoseCompleted(job: TrainingJob, ports: ReadPorts): Promise<Diagnosis> {
  const { hosts, trouble } = await readLog(job, ports);
  const verdict = diagnoseJob(job, { logs: hosts, storedModel: await hasModel(job, ports) });
  return { ...factsOf(job), ...verdict, evidence: [...verdict.evidence, ...trouble] };
}

async function hasModel({ modelUri }: TrainingJob, { checkpoints }: ReadPorts): Promise<boolean> {
  if (modelUri === undefined) return false;
  const at = modelUri.lastIndexOf('/') + 1;
  const folder = S3Uri.parse(modelUri.slice(0, at));
  return (await checkpoints.files(folder)).some(({ name, size }) => name === modelUri.slice(at) && size > 0);
}

type JobFacts = Omit<Diagnosis, 'kind' | 'strategy' | 'why' | 'evidence' | 'confidence'>;

function factsOf(job: TrainingJob): JobFacts {
  return {
    jobStatus: job.status,
    secondaryStatus: job.secondaryStatus,
    interruptions: interruptionsOf(job),
    inputs: inputsOf(job),
    endedAt: job.endedAt,
    trainedUntil: trainedUntil(job),
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
): Promise<{ hosts: readonly HostLog[]; trouble: string[] }> {
  const { logs: hosts, failed } = await readHosts(logs, job.name);
  if (failed === undefined) return { hosts, trouble: [] };
  if (failed.retry) throw failed;
  return { hosts, trouble: [`The log could not be read: ${failed.message}`] };
}
