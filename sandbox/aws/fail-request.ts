import { z } from 'zod';
import { Damage } from './damage.ts';
import { killedForMemory, outOfGpuMemory } from './memory.ts';
import { scriptFailure } from './script-output.ts';

/** What `POST /_sandbox/fail` takes for a job. After `checkpoints-stop` it trains on: its copy to S3 has died. */
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
    'crash',
    'user-stopped',
    'time-limit',
    'checkpoints-stop',
  ]),
  damage: Damage.optional(),
  /** FailureReason, in place of the usual one of this kind. */
  reason: z.string().max(1_024).optional(),
  /** Lines that the job still logs before it ends. */
  says: z.array(z.string()).default([]),
  /** For `out-of-memory`: the largest batch that fits; without it, half of the job's. */
  fits: z.number().int().min(0).optional(),
});
export type FailRequest = z.infer<typeof FailRequest>;

/** The words AWS and the libraries use, as seen in public reports. */
export const reasons: Readonly<Record<string, string>> = {
  capacity:
    'CapacityError: Unable to provision requested ML compute capacity. Please retry using a different ML instance type.',
  internal: 'InternalServerError: We encountered an internal error.  Please try again.',
  'out-of-memory': scriptFailure(outOfGpuMemory),
  'out-of-host-memory': killedForMemory,
  data: scriptFailure(
    'pyarrow.lib.ArrowInvalid: JSON parse error: Missing a closing quotation mark in string. in row 199',
  ),
  // As the container writes it when the script says nothing before it dies.
  crash: 'AlgorithmError: , exit code: 1',
  'disk-full': scriptFailure('OSError: [Errno 28] No space left on device'),
};
