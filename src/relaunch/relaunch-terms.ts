import { z } from 'zod';
import { OtherCheckpoint } from '../checkpoints/grading/other-checkpoints.ts';
import { LayoutName } from '../checkpoints/layouts/layout.ts';
import { S3Uri } from '../ports/basics.ts';
import type { Basis } from '../ports/basis.ts';
import type { CloneChanges } from '../ports/ports.ts';

/** How a new job differs from the failed one, apart from its name, tags and checkpoint folder. */
export type Changes = Omit<CloneChanges, 'name' | 'tags' | 'checkpointUri'>;

/**
 * A job to launch instead of a failed one.
 *
 * @example { job: 'job-1', rpoMinutes: 30, origin: { from: 'scratch', why: 'no checkpoint is left' } }
 */
export interface Relaunch {
  readonly job: string;
  readonly origin: Origin;
  readonly rpoMinutes: number;
  readonly changes?: Changes;
  /** False if the checkpoint may be older than its `ageMinutes`. */
  readonly ageIsSure?: boolean;
  /** True if the batch changes: the copy of the checkpoint must not restore the old one. */
  readonly newBatch?: boolean;
  /** True if the job is still running and is stopped first: the checkpoint is then always copied. */
  readonly stopsFirst?: boolean;
  /** Reasons by field of the difference; a field that ends with `.` matches all fields below it. */
  readonly reasons?: Readonly<Record<string, string>>;
  /** Facts that the new job relies on in addition to its checkpoint. */
  readonly reliesOn?: readonly Basis[];
  /** Fields with values that a person typed or chose, in the same form as the keys of `reasons`. */
  readonly typed?: readonly string[];
  /** Tags of the new job in addition to those that name its origin. */
  readonly tags?: Readonly<Record<string, string>>;
  /** Warnings for the approvers, in addition to those about the checkpoint. */
  readonly warnings?: readonly string[];
}

/** A checkpoint that was graded good enough to resume from. */
export const GoodCheckpoint = z.object({
  uri: S3Uri,
  step: z.number().int(),
  grade: z.enum(['valid', 'degraded']),
  ageMinutes: z.number(),
  /** When it was finished; absent in journals of earlier versions. */
  committedAt: z.number().optional(),
  /** The layout, which decides what a copy must include; absent for the Hugging Face Trainer. */
  layout: LayoutName.optional(),
  /** Further folders of the same checkpoint. */
  also: z.array(S3Uri).optional(),
  /** Identity of the graded files; absent in journals of earlier versions. */
  identity: z.string().optional(),
  /** The checkpoints that a person may choose instead, newest first. */
  others: z.array(OtherCheckpoint).optional(),
  /** Set if a person chose this one instead. */
  proposed: OtherCheckpoint.extend({ trainedUntil: z.number().optional() }).optional(),
});
export type GoodCheckpoint = z.infer<typeof GoodCheckpoint>;

/** Where a relaunched job starts. */
export const Origin = z.discriminatedUnion('from', [
  z.object({
    from: z.literal('checkpoint'),
    /** CheckpointConfig.S3Uri of the failed job: the folder that holds the checkpoint. */
    uri: S3Uri,
    checkpoint: GoodCheckpoint,
  }),
  z.object({ from: z.literal('scratch'), why: z.string() }),
]);
export type Origin = z.infer<typeof Origin>;

/** The step that the new job resumes from; 0 if it starts from scratch. */
export function stepOf(origin: Origin): number {
  return origin.from === 'checkpoint' ? origin.checkpoint.step : 0;
}
