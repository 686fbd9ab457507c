import { z } from 'zod';
import { counted, minutes } from '../../in-words.ts';
import type { EarlierRecoveries } from './recovery-time.ts';

/** Earlier incidents with the same fingerprint, as they were when the failure was diagnosed. Times are in ms. */
export const SeenBefore = z.object({
  times: z.number().int().positive(),
  /** True if there may be more: only the newest incidents of a fingerprint are kept. */
  more: z.boolean(),
  since: z.number(),
  /** When it was looked up. */
  asOf: z.number(),
  last: z.object({
    incident: z.string(),
    /** The job that failed first. Absent from the results of older versions. */
    job: z.string().optional(),
    /** The address of its thread in Slack, if it has one. */
    link: z.string().optional(),
    end: z.enum(['recovered', 'elsewhere', 'by-person', 'closed', 'open']),
    /** The title of the change that recovered it. */
    by: z.string().optional(),
    /** From the failure to its end. */
    minutes: z.number(),
  }),
});
export type SeenBefore = z.infer<typeof SeenBefore>;

/** One sentence without a full stop: `Seen 3 times since October 3, last in rl-a2b3c4d5; recovered by … in 14 min`. */
export function seenInWords(seen: SeenBefore): string {
  const { times, more, since, asOf, last } = seen;
  const atLeast = more ? 'at least ' : '';
  const when = day(since, asOf);
  const where =
    times === 1
      ? `Seen ${atLeast}once before, on ${when} in `
      : `Seen ${atLeast}${counted(times, 'time')} since ${when}, last in `;
  return `${where}${last.incident}; ${endInWords(last)}`;
}

function endInWords({ end, by, minutes: used }: SeenBefore['last']): string {
  const time = minutes(used);
  switch (end) {
    case 'recovered':
      return by === undefined ? `recovered without a change in ${time}` : `recovered by “${by}” in ${time}`;
    case 'elsewhere':
      return `recovered outside Relight in ${time}`;
    case 'by-person':
      return `not recovered: closed by hand after ${time}`;
    case 'closed':
      return `not recovered: closed after ${time}`;
    case 'open':
      return 'not recovered yet';
  }
}

const dayOfYear = { month: 'long', day: 'numeric', timeZone: 'UTC' } as const;
/** A new formatter takes 100 times as long as using one. */
const [ofThisYear, ofAnyYear] = [
  new Intl.DateTimeFormat('en-US', dayOfYear),
  new Intl.DateTimeFormat('en-US', { ...dayOfYear, year: 'numeric' }),
];

/** `October 3`, with the year if it is another one. */
function day(at: number, now: number): string {
  const sameYear = new Date(at).getUTCFullYear() === new Date(now).getUTCFullYear();
  return (sameYear ? ofThisYear : ofAnyYear).format(at);
}

/**
 * Finds earlier incidents that broke in the same way. The incident itself, and all others about the same job or about
 * one that this incident launched, do not count.
 *
 * @example const seen = await earlier.alike(fingerprint, job)
 */
export interface EarlierIncidents {
  /** How long the recoveries took that lasted. */
  readonly recoveries: () => Promise<EarlierRecoveries>;
  readonly alike: (fingerprint: string, job: string) => Promise<SeenBefore | undefined>;
}
