import { z } from 'zod';
import { cronProblem } from './maintenance.ts';

const oneWeek = 7 * 24 * 60;
const iso = z.iso.datetime({ offset: true });

function isTimezone(name: string): boolean {
  try {
    return Intl.DateTimeFormat('en', { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}

/** A maintenance window as relight.yaml has it. */
export const MaintenanceSettings = z
  .strictObject({
    name: z.string().min(1).max(80).describe('what people know it by'),
    // YAML gives a moment as text, quoted or not.
    starts: z.string().describe('a moment such as 2026-12-01T02:00:00Z, or a cron expression of five fields'),
    minutes: z
      .number()
      .positive('must be a number of minutes')
      .max(oneWeek, 'must be at most a week: threads that are held back longer are forgotten'),
    timezone: z
      .string()
      .refine(isTimezone, 'must be a time zone such as Europe/Berlin')
      .default('UTC')
      .describe('of the cron expression'),
    jobs: z
      .array(z.string().min(1))
      .min(1)
      .default(['*'])
      .describe('patterns of names of training jobs and endpoints; left out: all'),
  })
  .superRefine(({ starts, minutes, timezone }, context) => {
    const problem =
      iso.safeParse(starts).success || !isTimezone(timezone)
        ? undefined
        : cronProblem(starts, { minutes, timezone });
    if (problem !== undefined) context.addIssue({ code: 'custom', path: ['starts'], message: problem });
  });
