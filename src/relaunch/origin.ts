import { z } from 'zod';
import { LayoutName } from '../checkpoints/layouts/layout.ts';
import { S3Uri } from '../ports/s3-address.ts';

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
