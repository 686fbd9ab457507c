import { z } from 'zod';
import { LayoutName } from '../checkpoints/layouts/layout.ts';
import { S3Uri } from '../ports/basics.ts';
import type { Basis } from '../ports/basis.ts';
import type { CloneChanges } from '../ports/ports.ts';

/** What a new job has otherwise than the failed one, beside its name, its tags and its checkpoint folder. */
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
  /** True where the batch changes: the copy of the checkpoint then must not bring the old one back. */
  readonly newBatch?: boolean;
  /** True where the job has not ended yet and is stopped first: then the checkpoint is always copied. */
  readonly stopsFirst?: boolean;
  /** By field of the difference, why it changes; a field that ends with `.` stands for all below it. */
  readonly reasons?: Readonly<Record<string, string>>;
  /** What the new job relies on beside its checkpoint. */
  readonly reliesOn?: readonly Basis[];
  /** Fields whose values a person typed or chose, written like the keys of `reasons`. */
  readonly typed?: readonly string[];
  /** What people should know before they approve, beside what follows from the checkpoint. */
  readonly warnings?: readonly string[];
}

/** A checkpoint that was graded good enough to go on from. */
export const GoodCheckpoint = z.object({
  uri: S3Uri,
  step: z.number().int(),
  grade: z.enum(['valid', 'degraded']),
  ageMinutes: z.number(),
  /** How its trainer finds it, which decides what a copy must bring along; absent: the Hugging Face Trainer. */
  layout: LayoutName.optional(),
  /** Further folders of the same checkpoint. */
  also: z.array(S3Uri).optional(),
  /** Of the files as they were graded; absent in journals of earlier versions. */
  identity: z.string().optional(),
});
export type GoodCheckpoint = z.infer<typeof GoodCheckpoint>;

/** Where a relaunched job begins. */
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

/** The step that the new job goes on from: 0 when it begins anew. */
export function stepOf(origin: Origin): number {
  return origin.from === 'checkpoint' ? origin.checkpoint.step : 0;
}
