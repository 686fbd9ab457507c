import { z } from 'zod';
import { Damage } from './damage.ts';
import { killedForMemory, outOfGpuMemory } from './memory.ts';
import { scriptFailure } from './script-output.ts';

/** The body of `POST /_sandbox/fail` for a job. After `checkpoints-stop` the job keeps training, but its upload to S3 is dead. */
export const FailRequest = z.object({
  job: z.string(),
  kind: z.enum([
    'spot-interruption',
    'spot-interrupted-restarting',
    'spot-interrupted-waiting',
    'capacity',
    'out-of-memory',
    'out-of-host-memory',
    'data',
    'internal',
    'disk-full',
    'hang',
    'dependency',
    'crash',
    'user-stopped',
    'time-limit',
    'checkpoints-stop',
  ]),
  damage: Damage.optional(),
  /** Overrides the default FailureReason of this kind. */
  reason: z.string().max(1_024).optional(),
  /** Lines that the job logs before it ends. */
  says: z.array(z.string()).default([]),
  /** For `out-of-memory`: the largest batch that fits. The default is half of the job's batch. */
  fits: z.number().int().min(0).optional(),
  /** For `spot-interrupted-waiting`: for how long it has waited already. */
  minutesAgo: z.number().min(0).default(0),
});
export type FailRequest = z.infer<typeof FailRequest>;

/** The messages of AWS and the libraries, taken from public reports. */
export const reasons: Readonly<Record<string, string>> = {
  capacity:
    'CapacityError: Unable to provision requested ML compute capacity. Please retry using a different ML instance type.',
  internal: 'InternalServerError: We encountered an internal error.  Please try again.',
  'out-of-memory': scriptFailure(outOfGpuMemory),
  'out-of-host-memory': killedForMemory,
  data: scriptFailure(
    'pyarrow.lib.ArrowInvalid: JSON parse error: Missing a closing quotation mark in string. in row 199',
  ),
  // The container's message when the script dies without output.
  crash: 'AlgorithmError: , exit code: 1',
  'disk-full': scriptFailure(
    "OSError: [Errno 28] No space left on device: '/opt/ml/checkpoints/checkpoint-1350/optimizer.pt'",
  ),
  dependency: scriptFailure(
    'ImportError: torch>=2.6 is required for a normal functioning of this module, but found torch==2.5.1.',
  ),
  hang: 'AlgorithmError: , exit code: 134',
};

/** The last lines of a job that fails like this, if they say more than its FailureReason. */
export const lastWords: Readonly<Record<string, readonly string[]>> = {
  hang: [
    '[rank0]:[E ProcessGroupNCCL.cpp:632] [Rank 0] Watchdog caught collective operation timeout: WorkNCCL(SeqNum=48211, OpType=ALLREDUCE, NumelIn=16777216, NumelOut=16777216, Timeout(ms)=600000) ran for 600031 milliseconds before timing out.',
    '[rank0]:[E ProcessGroupNCCL.cpp:685] Some NCCL operations have failed or timed out. Due to the asynchronous nature of CUDA kernels, subsequent GPU operations might run on corrupted/incomplete data.',
    '[rank0]:[E ProcessGroupNCCL.cpp:691] [Rank 0] To avoid data inconsistency, we are taking the entire process down.',
  ],
};
