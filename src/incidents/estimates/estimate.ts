import type { EarlierRecoveries, Pace, RecoveryTime, WorkLost } from '../../ports/history/recovery-time.ts';

/** Fewer earlier recoveries are chance. */
const leastRecoveries = 3;
/** After this time in training, a job that logs no step counts as recovered; see `confirm-training`. */
const statusOnlyMinutes = 15;

/** Where to look for earlier recoveries of the same kind. */
export type Kind = { readonly change: string } | { readonly playbook: string };

/**
 * The time to recovery from the earlier recoveries of the same kind, or else from the job's own last start. Undefined if
 * there is neither: Relight does not guess. `launches`: whether nothing but the launch of a copy of the job is needed.
 */
export function recoveryTime(kind: Kind, launches: boolean, pace: Pace): RecoveryTime | undefined {
  const earlier = pace.earlier && earlierOf(kind, pace.earlier);
  if (earlier !== undefined && earlier.recoveries >= leastRecoveries)
    return {
      minutes: earlier.medianMinutes,
      basis: { from: 'earlier-recoveries', recoveries: earlier.recoveries },
    };
  return launches ? fromOwnStart(pace) : undefined;
}

function earlierOf(
  kind: Kind,
  { changes, playbooks }: EarlierRecoveries,
): EarlierRecoveries['changes'][string] | undefined {
  const [name, all] = 'change' in kind ? [kind.change, changes] : [kind.playbook, playbooks];
  return Object.entries(all).find(([one]) => one === name)?.[1];
}

export function fromOwnStart({ start, logEveryMinutes }: Pace): RecoveryTime | undefined {
  if (start === undefined) return undefined;
  const firstStepMinutes = Math.min(logEveryMinutes ?? statusOnlyMinutes, statusOnlyMinutes);
  const { capacityMinutes, provisioningMinutes } = start;
  return {
    minutes: capacityMinutes + provisioningMinutes + firstStepMinutes,
    basis: { from: 'own-start', capacityMinutes, provisioningMinutes, firstStepMinutes },
  };
}

/** Adds the steps lost, and how long it takes to do them again at the job's own speed. */
export function withSteps(lost: WorkLost, pace: Pace): WorkLost {
  const steps = stepsLost(lost, pace);
  const redo = redoMinutes(lost.minutes, steps, pace.secondsPerStep);
  return { ...lost, redoMinutes: redo, ...(steps !== undefined && { steps }) };
}

/** Never less than the time that the work took, as far as that is known. */
export function redoMinutes(
  minutes: number,
  steps: number | undefined,
  secondsPerStep: number | undefined,
): number {
  return steps === undefined || secondsPerStep === undefined
    ? minutes
    : Math.max(minutes, (steps * secondsPerStep) / 60);
}

function stepsLost(
  { fromStep, minutes }: Pick<WorkLost, 'fromStep' | 'minutes'>,
  { lastStep, secondsPerStep }: Pace,
): number | undefined {
  if (fromStep === 0) return lastStep;
  // A checkpoint may be numbered by epochs, which are far fewer than steps; then only the time tells.
  const countsSteps = lastStep !== undefined && fromStep <= lastStep && fromStep * 2 >= lastStep;
  if (countsSteps) return lastStep - fromStep;
  return secondsPerStep === undefined ? undefined : Math.round((minutes * 60) / secondsPerStep);
}
