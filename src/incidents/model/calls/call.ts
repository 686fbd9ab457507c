import { z } from 'zod';

/** The people whom Relight calls: Slack user IDs and user-group IDs. */
export const Call = z.object({ users: z.array(z.string()), groups: z.array(z.string()) });
export type Call = z.infer<typeof Call>;
