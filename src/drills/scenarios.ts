import type { Scenario } from './scenario.ts';
import { cannotLoad, scriptFailed } from './simulated/failures.ts';

const failed = { status: 'Failed', secondaryStatus: 'Failed', checkpoints: 'folder', log: [] } as const;

const internalError = {
  ...failed,
  kind: 'internal',
  failureReason: 'InternalServerError: We encountered an internal error.  Please try again.',
} as const;

const outOfMemory =
  'torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 3.91 GiB. GPU 0 has a total capacity of 21.99 GiB of which 1.99 GiB is free.';
const noSpace =
  "OSError: [Errno 28] No space left on device: '/opt/ml/checkpoints/checkpoint-1350/optimizer.pt'";
const brokenRecord =
  'pyarrow.lib.ArrowInvalid: JSON parse error: Missing a closing quotation mark in string. in row 199';
const oldTorch =
  'ImportError: torch>=2.6 is required for a normal functioning of this module, but found torch==2.5.1.';
const worldSize =
  'RuntimeError: The checkpoint being loaded used a DP world size of 2 but the current world size is 1.';
const watchdog = [
  '[rank0]:[E ProcessGroupNCCL.cpp:632] [Rank 0] Watchdog caught collective operation timeout: WorkNCCL(SeqNum=48211, OpType=ALLREDUCE, NumelIn=16777216, NumelOut=16777216, Timeout(ms)=600000) ran for 600031 milliseconds before timing out.',
  '[rank0]:[E ProcessGroupNCCL.cpp:691] [Rank 0] To avoid data inconsistency, we are taking the entire process down.',
];

/** The failure that a drill of each playbook starts with. */
const scenarios: Readonly<Record<string, Scenario>> = {
  'bad-checkpoint': {
    ...failed,
    kind: 'bad_checkpoint',
    failureReason: cannotLoad.failureReason,
    log: cannotLoad.log,
    failsToLoad: true,
  },
  'dependency-pin': {
    ...failed,
    kind: 'dependency_install',
    failureReason: scriptFailed(oldTorch),
    log: [oldTorch],
    hasSource: true,
  },
  'disk-full': { ...failed, kind: 'disk_full', failureReason: scriptFailed(noSpace), log: [noSpace] },
  'invalid-data': {
    ...failed,
    kind: 'data',
    failureReason: scriptFailed(brokenRecord),
    log: [brokenRecord],
    brokenData: true,
  },
  'out-of-memory': {
    ...failed,
    kind: 'oom_gpu',
    failureReason: scriptFailed(outOfMemory),
    log: [outOfMemory],
  },
  'restart-from-scratch': { ...internalError, checkpoints: 'none' },
  'restore-from-backup': { ...internalError, checkpoints: 'backup' },
  'restore-instance-count': {
    ...failed,
    kind: 'code_error',
    failureReason: scriptFailed(worldSize),
    log: [worldSize],
    savedByInstances: 2,
  },
  'spot-interruption': {
    kind: 'spot_interruption',
    status: 'Stopped',
    secondaryStatus: 'MaxWaitTimeExceeded',
    log: [],
    checkpoints: 'folder',
    spot: true,
    waitedMinutes: 20,
  },
  'training-hang': {
    ...failed,
    kind: 'hang_or_nccl',
    failureReason: 'AlgorithmError: , exit code: 134',
    log: watchdog,
  },
};

/** The playbooks that can be drilled. */
export const drillable: readonly string[] = Object.keys(scenarios);

export function isDrillable(playbook: string): boolean {
  return Object.hasOwn(scenarios, playbook);
}

/** Undefined if the playbook cannot be drilled. */
export function scenarioOf(playbook: string): Scenario | undefined {
  return isDrillable(playbook) ? scenarios[playbook] : undefined;
}

const reasons: ReadonlyMap<string, string> = new Map([
  ['checkpoints-stopped', 'it watches a job that still trains, and the simulated job has failed'],
  ['investigate', 'a person recovers the job outside Relight, and nobody can reach the simulated one'],
  ['model-degradation', 'the simulated Region has no endpoints'],
  ['system-failure', 'it is about many jobs at once, and the simulated Region has one'],
]);

/** One clause. */
export function whyNotDrillable(playbook: string): string {
  return reasons.get(playbook) ?? 'Relight has no simulated failure for it';
}
