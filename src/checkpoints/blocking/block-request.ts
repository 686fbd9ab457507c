import { z } from 'zod';
import { S3Uri } from '../../ports/basics.ts';

/** The request that people approve: which checkpoints no recovery may use, why, and until which change. */
export const BlockRequest = z.object({
  Block: z.array(S3Uri).min(1),
  Reason: z.string(),
  /** The image and the script that failed on them, in words. */
  UntilChanged: z.object({ Image: z.string().optional(), Source: z.string().optional() }),
  CodeFingerprint: z.string(),
});
export type BlockRequest = z.infer<typeof BlockRequest>;
