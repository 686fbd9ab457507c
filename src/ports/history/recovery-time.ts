import { z } from 'zod';

const Earlier = z.record(
  z.string(),
  z.object({ recoveries: z.number().int().positive(), medianMinutes: z.number().nonnegative() }),
);

/** How long the recoveries of this installation took, from the first approved change until training ran. */
export const EarlierRecoveries = z.object({
  /** By the id of the playbook. */
  playbooks: Earlier,
  /** By the name of the change, from its approval. */
  changes: Earlier,
});
export type EarlierRecoveries = z.infer<typeof EarlierRecoveries>;

/** How long a job took to start and how fast it trained, measured from its own history. */
export const Pace = z.object({
  /** The last start of the job; absent if it never trained. */
  start: z
    .object({
      capacityMinutes: z.number().nonnegative(),
      /** Preparing the instances, and copying the image and the data. */
      provisioningMinutes: z.number().nonnegative(),
    })
    .optional(),
  secondsPerStep: z.number().positive().optional(),
  /** The time between two steps in its log. */
  logEveryMinutes: z.number().nonnegative().optional(),
  /** The highest step in its log. */
  lastStep: z.number().int().nonnegative().optional(),
  earlier: EarlierRecoveries.optional(),
});
export type Pace = z.infer<typeof Pace>;

/** The estimated time until Relight sees training beyond the checkpoint, which is what counts as recovered. */
export const RecoveryTime = z.object({
  minutes: z.number().nonnegative(),
  basis: z.discriminatedUnion('from', [
    z.object({ from: z.literal('earlier-recoveries'), recoveries: z.number().int().positive() }),
    z.object({
      from: z.literal('own-start'),
      capacityMinutes: z.number().nonnegative(),
      provisioningMinutes: z.number().nonnegative(),
      firstStepMinutes: z.number().nonnegative(),
    }),
  ]),
});
export type RecoveryTime = z.infer<typeof RecoveryTime>;

/** The work after the checkpoint, which the new job does again. */
export const WorkLost = z.object({
  /** The step that the new job starts from; 0 if it starts from scratch. */
  fromStep: z.number().int().nonnegative(),
  /** Time in training. */
  minutes: z.number().nonnegative(),
  /** True if the checkpoint may be older than its files. */
  atLeast: z.literal(true).optional(),
  steps: z.number().int().nonnegative().optional(),
  /** How long the new job needs to do it again, at the speed of the failed job. */
  redoMinutes: z.number().nonnegative().optional(),
  gpuHours: z.number().nonnegative().optional(),
  rpoMinutes: z.number(),
});
export type WorkLost = z.infer<typeof WorkLost>;
