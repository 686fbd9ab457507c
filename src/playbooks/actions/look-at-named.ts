import { z } from 'zod';
import { classifyFailure } from '../../diagnosis/classify-failure.ts';
import { counted, time } from '../../in-words.ts';
import { smallest } from '../../ports/collections.ts';
import { FailureKind } from '../../ports/failure-kind.ts';
import type { TrainingJob } from '../../ports/ports.ts';
import { hasEnded, inStateSince, stateInWords } from '../../training-job/job-state.ts';
import { defineAction } from '../define/action.ts';
import type { ReadPorts } from '../define/action-ports.ts';

export const FirstLook = z.object({
  name: z.string(),
  failed: z.boolean(),
  /** True if there is no job of this name; the playbook's own steps say what to do. */
  missing: z.boolean().optional(),
  says: z.string(),
  failedAt: z.number().optional(),
  kind: FailureKind.optional(),
});
type FirstLook = z.infer<typeof FirstLook>;

/** A person may name something healthy, and the command says when they asked, not when it failed. */
export const lookAtNamed = defineAction({
  name: 'look-at-named',
  effect: 'read',
  title: 'First look',
  does: 'Checks in AWS whether it has failed, and when: the RTO clock starts at that time.',
  input: z.object({ name: z.string(), isEndpoint: z.boolean() }),
  output: FirstLook,
  report: ({ says, failedAt }) => ({
    headline: says,
    ...(failedAt !== undefined && { facts: [{ label: 'Failed', value: time(failedAt) }] }),
  }),
  run: async ({ name, isEndpoint }, ports) =>
    isEndpoint ? lookAtEndpoint(name, ports) : lookAtJob(name, ports),
});

async function lookAtJob(name: string, { training, clock }: ReadPorts): Promise<FirstLook> {
  const job = await training.find(name);
  if (job === undefined)
    return {
      name,
      failed: false,
      missing: true,
      says: `SageMaker has no training job ${name} in this Region`,
    };
  const state = stateInWords(job);
  const failedAt = failedAtOf(job, clock.now());
  if (failedAt === undefined) return { name, failed: false, says: `${healthy(job)}; nothing failed` };
  const kind = hasEnded(job) ? classifyFailure(job, []).kind : 'spot_interruption';
  return { name, failed: true, says: `${name} has been ${state} since ${time(failedAt)}`, failedAt, kind };
}

/** Undefined if it is running or completed. */
function failedAtOf(job: TrainingJob, now: number): number | undefined {
  if (job.status === 'Failed' || job.status === 'Stopped') return job.endedAt ?? now;
  if (hasEnded(job) || job.secondaryStatus === 'Training') return undefined;
  // After an interruption SageMaker restarts it; it counts as down until it is training.
  return job.transitions.findLast(({ status }) => status === 'Interrupted')?.startedAt;
}

function healthy(job: TrainingJob): string {
  if (job.status === 'Completed') return `${job.name} has completed`;
  return job.secondaryStatus === 'Training'
    ? `${job.name} has been training since ${time(inStateSince(job))}`
    : `${job.name} has been ${stateInWords(job)} since ${time(inStateSince(job))}`;
}

/** States in which an endpoint serves no traffic or cannot be updated. */
const broken: ReadonlySet<string> = new Set(['Failed', 'OutOfService', 'UpdateRollbackFailed']);

async function lookAtEndpoint(name: string, { models, clock }: ReadPorts): Promise<FirstLook> {
  const [endpoint, alarms] = await Promise.all([models.served(name), models.alarmsOf(name)]);
  if (broken.has(endpoint.status))
    return { name, failed: true, says: `${name} is ${endpoint.status}`, failedAt: endpoint.changedAt };
  const raised = alarms.filter(({ state }) => state === 'ALARM');
  if (raised.length === 0) {
    const watched =
      alarms.length === 0 ? 'has no alarms' : `none of its ${counted(alarms.length, 'alarm')} is in ALARM`;
    return { name, failed: false, says: `${name} is ${endpoint.status} and ${watched}; nothing failed` };
  }
  const failedAt = smallest(raised.map(({ since }) => since ?? clock.now()));
  const names = raised.map((one) => one.name).join(', ');
  return {
    name,
    failed: true,
    says: `${name} is ${endpoint.status}, but these alarms are in ALARM: ${names}`,
    failedAt,
  };
}
