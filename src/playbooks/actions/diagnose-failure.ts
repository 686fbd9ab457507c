import { classifyWithLogs } from '../../diagnosis/classify-with-logs.ts';
import { diagnoseJob, diagnosisOf, runnerUpInWords } from '../../diagnosis/diagnose-job.ts';
import { readHosts } from '../../diagnosis/logs/read-hosts.ts';
import type { HostLog } from '../../diagnosis/logs/voices.ts';
import { Remedy } from '../../diagnosis/rules/rule.ts';
import { Strategy, strategyFor } from '../../diagnosis/strategy.ts';
import { VersionDemand } from '../../diagnosis/version-demand.ts';
import { restartBySageMaker } from '../../diagnosis/wait-for-sagemaker.ts';
import type { OpsError } from '../../errors.ts';
import { count, time } from '../../in-words.ts';
import { failureWords } from '../../ports/failure-kind.ts';
import type { TrainingJob } from '../../ports/ports.ts';
import { earlierFailure } from '../../relaunch/earlier-failure.ts';
import { sameGpus } from '../../relaunch/instance-memory.ts';
import { hasEnded, interruptionsOf, stateInWords, trainedUntil } from '../../training-job/job-state.ts';
import { Again, defineAction, FailureKind, type ReadPorts, S3Uri, z } from '../define.ts';
import { diagnosisHeadline } from '../diagnosis-headline.ts';
import { Recognized, withHistory } from '../earlier-incidents.ts';

/** Below medium confidence nothing durable follows, unless a person chose it. */
const Justified = z.union([
  z.object({
    confidence: z.enum(['high', 'medium', 'low']),
    strategy: Strategy,
    chosenBy: z.literal('person'),
  }),
  z.object({ confidence: z.enum(['high', 'medium']), strategy: Strategy }),
  z.object({ confidence: z.literal('low'), strategy: z.literal('none') }),
]);

const Facts = z.object({
  kind: FailureKind,
  /** The reason for this strategy, in one clause. */
  why: z.string(),
  evidence: z.array(z.string()),
  /** A recovery beside the strategies, e.g. to restore the number of instances. */
  remedy: Remedy.optional(),
  /** The package that it needs, if the error names one. */
  demand: VersionDemand.optional(),
  /** Recoveries that a person may choose if the cause is not certain. */
  offers: z.array(Strategy).readonly().optional(),
  /** The two likeliest causes if neither is certain. */
  suspects: z
    .array(z.object({ kind: FailureKind, why: z.string() }))
    .readonly()
    .optional(),
  /** The job that this one was launched to recover, if neither failure has a known cause. */
  resumedAfter: z.string().optional(),
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
  ...Recognized,
});
const Diagnosis = Facts.and(Justified);
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
    seenBefore: diagnosis.seenBefore,
  }),
  run: async ({ job: name, failedAt, rtoMinutes, as }, ports) => {
    const job = await ports.training.describe(name);
    if (hasEnded(job)) return withHistory(await diagnoseEnded(job, as, ports), job, ports);
    const now = ports.clock.now();
    const waiting = restartBySageMaker(job, { failedAt: failedAt ?? now, rtoMinutes }, now);
    if (waiting instanceof Again) return waiting;
    return withHistory({ ...factsOf(job), ...waiting, ...recoveryOptions(job, ports) }, job, ports);
  },
});

function moment(label: string, at: number | undefined): { label: string; value: string }[] {
  return at === undefined ? [] : [{ label, value: time(at) }];
}

type As = FailureKind | undefined;

async function diagnoseEnded(job: TrainingJob, as: As, ports: ReadPorts): Promise<Diagnosis> {
  if (job.status === 'Completed') return diagnoseCompleted(job, ports);
  const { verdict, failed } = await classifyWithLogs(job, ports.logs);
  const { runnerUp, ...diagnosis } = diagnosisOf(verdict, job);
  const earlier = verdict.kind === 'unknown' ? await earlierFailure(job.name, ports) : undefined;
  const again = earlier?.kind === 'unknown';
  const diagnosed = {
    ...factsOf(job),
    ...recoveryOptions(job, ports),
    ...diagnosis,
    ...(again && { resumedAfter: earlier.job }),
    evidence: [
      ...diagnosis.evidence,
      ...(runnerUp === undefined ? [] : [runnerUpInWords(runnerUp)]),
      ...(again ? [resumedInWords(earlier.job)] : []),
      ...troubleOf(failed),
    ],
  };
  return as === undefined ? diagnosed : { ...diagnosed, ...choiceOf(as, job) };
}

function choiceOf(
  as: FailureKind,
  job: TrainingJob,
): Pick<Diagnosis, 'strategy' | 'why'> & { readonly chosenBy: 'person' } {
  const { strategy } = strategyFor(as, job);
  return { strategy, why: 'a person chose this playbook', chosenBy: 'person' };
}

function resumedInWords(earlier: string): string {
  return `This job was already launched to recover ${earlier}, which failed for an unknown cause as well: another try is only worth it if something has changed`;
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

type JobFacts = Omit<z.infer<typeof Facts>, 'kind' | 'why' | 'evidence'>;

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
  return { hosts, trouble: troubleOf(failed) };
}

function troubleOf(failed: OpsError | undefined): string[] {
  if (failed?.retry === true) throw failed;
  return failed === undefined ? [] : [`The log could not be read: ${failed.message}`];
}
