import type { StatusTransition, TrainingJob } from '../ports/ports.ts';

type Phases = Pick<TrainingJob, 'transitions' | 'createdAt' | 'endedAt'>;

/**
 * The phases in which SageMaker waits for instances.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeTrainingJob.html
 */
const waiting: ReadonlySet<string> = new Set([
  'Starting',
  'Pending',
  'LaunchingMLInstances',
  'Interrupted',
  'Restarting',
]);

/** How long the last start of a job took that reached `Training`, in minutes. */
export interface StartUp {
  readonly capacityMinutes: number;
  readonly provisioningMinutes: number;
}

/** Undefined if it never trained: nothing is known then about how long a start takes. */
export function startUpOf({ transitions, createdAt }: Phases): StartUp | undefined {
  const trained = transitions.findLastIndex(({ status }) => status === 'Training');
  const training = transitions[trained];
  if (training === undefined) return undefined;
  const before = transitions.slice(0, trained);
  const first = before.findLastIndex(({ status }) => status === 'Training') + 1;
  const phases = before.slice(first);
  // A job may wait in a queue before its first phase.
  const begun = first === 0 ? Math.min(createdAt, phases[0]?.startedAt ?? training.startedAt) : undefined;
  const from = begun ?? phases[0]?.startedAt ?? training.startedAt;
  const total = inMinutes(training.startedAt - from);
  const provisioning = phases.reduce(
    (sum, phase, index) =>
      waiting.has(phase.status)
        ? sum
        : sum + inMinutes((phases[index + 1] ?? training).startedAt - phase.startedAt),
    0,
  );
  const provisioningMinutes = Math.min(total, provisioning);
  return { capacityMinutes: total - provisioningMinutes, provisioningMinutes };
}

/** The total time in `Training`, over all its restarts. */
export function trainedMs({ transitions, endedAt }: Pick<Phases, 'transitions' | 'endedAt'>): number {
  return transitions.reduce((sum, phase, index) => sum + lengthOf(phase, transitions[index + 1], endedAt), 0);
}

function lengthOf(
  { status, startedAt, endedAt: until }: StatusTransition,
  next: StatusTransition | undefined,
  endedAt: number | undefined,
): number {
  if (status !== 'Training') return 0;
  return Math.max(0, (until ?? next?.startedAt ?? endedAt ?? startedAt) - startedAt);
}

function inMinutes(ms: number): number {
  return Math.max(0, ms / 60_000);
}
