import { z } from 'zod';
import { S3Uri } from '../ports/basics.ts';
import { GoodCheckpoint } from '../relaunch/relaunch-terms.ts';

const From = z.object({ uri: S3Uri, checkpoint: GoodCheckpoint });

/** How a new job replaces a failed one, in order of preference. */
export const Relaunching = z.discriminatedUnion('way', [
  From.extend({ way: z.literal('resume') }),
  From.extend({ way: z.literal('restore'), ageIsSure: z.boolean() }),
  z.object({ way: z.literal('from_scratch'), why: z.string() }),
]);
export type Relaunching = z.infer<typeof Relaunching>;

/** The proposal for a failed job. */
export const Way = z.union([
  Relaunching,
  /** A new job would fail the same way, so the previous model keeps serving until a person fixes the job. */
  z.object({ way: z.literal('previous_model'), why: z.string() }),
]);
export type Way = z.infer<typeof Way>;
