import { z } from 'zod';
import { S3Uri } from '../ports/s3-address.ts';
import { GoodCheckpoint } from '../relaunch/origin.ts';

const From = z.object({ uri: S3Uri, checkpoint: GoodCheckpoint });

/** How a new job goes on in place of a failed one: the first of these that is possible. */
export const Relaunching = z.discriminatedUnion('way', [
  From.extend({ way: z.literal('resume') }),
  From.extend({ way: z.literal('restore'), ageIsSure: z.boolean() }),
  z.object({ way: z.literal('from_scratch'), why: z.string() }),
]);
export type Relaunching = z.infer<typeof Relaunching>;

/** What is proposed for a failed job. */
export const Way = z.union([
  Relaunching,
  /** A new job would fail the same way, so the model from before goes on serving until a person has mended it. */
  z.object({ way: z.literal('previous_model'), why: z.string() }),
]);
export type Way = z.infer<typeof Way>;
