import { z } from 'zod';

/** What a snooze holds back, as seen from the incident on whose card somebody pressed. */
export const SnoozeScope = z.enum(['job', 'kind', 'tier', 'everything']);
export type SnoozeScope = z.infer<typeof SnoozeScope>;

/** A person does not want new threads for a while: they know about what would be told. */
export interface Snooze {
  /** 1 for the first one of the incident. */
  readonly number: number;
  readonly scope: SnoozeScope;
  /** In ms. */
  readonly until: number;
  readonly why: string;
  readonly by: string;
  readonly ended: boolean;
}
