import { z } from 'zod';
import { KeptFile } from '../ports/files.ts';
import { FollowUp } from './postmortem-form.ts';

/** A postmortem that was written, with its files and its follow-ups. */
export const WrittenPostmortem = z.object({
  /** How long the recovery took compared with the RTO, in one clause. */
  summary: z.string(),
  durations: z.array(z.object({ label: z.string(), value: z.string() })),
  followUps: z.array(FollowUp),
  trouble: z.array(z.string()),
  files: z.array(KeptFile),
});
export type WrittenPostmortem = z.infer<typeof WrittenPostmortem>;
