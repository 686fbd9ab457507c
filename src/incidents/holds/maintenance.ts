import { CronExpressionParser } from 'cron-parser';
import { z } from 'zod';
import { matches } from '../../patterns.ts';
import { smallest } from '../../ports/collections.ts';
import { type Hold } from '../model/hold.ts';
import { type Failing, lastToEnd } from './holds.ts';

/** A time during which new threads are held back, once or recurring. */
export interface MaintenanceWindow {
  readonly name: string;
  /** A time in ms, or a cron expression: minute, hour, day of the month, month, day of the week. */
  readonly starts: number | string;
  readonly minutes: number;
  /** Time zone of the cron expression, such as Europe/Berlin. It observes daylight saving time. */
  readonly timezone: string;
  readonly jobs: readonly string[];
}

const minute = 60_000;

/** The open window that covers the job; if several do, the one that ends last. */
export function windowOver(
  windows: readonly MaintenanceWindow[],
  { job }: Pick<Failing, 'job'>,
  now: number,
): Hold | undefined {
  return lastToEnd(
    windows.flatMap((window, index) => {
      const covers = window.jobs.some((pattern) => matches(pattern, job));
      return (covers ? openNow(window, index, now) : undefined) ?? [];
    }),
  );
}

function openNow(window: MaintenanceWindow, index: number, now: number): Hold | undefined {
  const start = lastStart(window, now);
  const until = start + window.minutes * minute;
  if (now < start || now >= until) return undefined;
  return { id: `maintenance-${index}-${start}`, name: window.name, until };
}

function lastStart({ starts, timezone }: MaintenanceWindow, now: number): number {
  if (typeof starts === 'number') return starts;
  // The search excludes the time that it starts from.
  const currentDate = new Date(now + 1);
  return CronExpressionParser.parse(starts, { currentDate, tz: timezone }).prev().getTime();
}

/** Excludes seconds, names such as @daily, and H, which the parser resolves to a different time on each call. */
const fiveFields = /^(?!.*(^|[\s,])H([\s,/(]|$))\S+(\s+\S+){4}$/;

/** The problem with a cron expression; undefined if it is valid. */
function cronProblem(
  expression: string,
  { timezone, minutes }: Pick<MaintenanceWindow, 'timezone' | 'minutes'>,
): string | undefined {
  if (!fiveFields.test(expression)) return notCron;
  try {
    const cron = CronExpressionParser.parse(expression, { tz: timezone });
    const [first = 0, ...later] = cron.take(20).map((one) => one.getTime());
    const shortest = smallest(later.map((at, index) => at - (later[index - 1] ?? first)));
    // A window that reopens before it closes would hold threads back forever.
    return minutes * minute < shortest ? undefined : 'opens again before its minutes are over';
  } catch {
    return notCron;
  }
}

const notCron =
  'must be a cron expression such as "0 2 * * SUN" (minute hour day month weekday) or a time such as 2026-12-01T02:00:00Z';

const oneWeek = 7 * 24 * 60;
const iso = z.iso.datetime({ offset: true });

function isTimezone(name: string): boolean {
  try {
    return Intl.DateTimeFormat('en', { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}

export const MaintenanceSettings = z
  .strictObject({
    name: z.string().min(1).max(80).describe('the display name'),
    // YAML parses a timestamp as text, quoted or not.
    starts: z.string().describe('a time such as 2026-12-01T02:00:00Z, or a cron expression of five fields'),
    minutes: z
      .number()
      .positive('must be a number of minutes')
      .max(oneWeek, 'must be at most a week: threads held back longer are lost'),
    timezone: z
      .string()
      .refine(isTimezone, 'must be a time zone such as Europe/Berlin')
      .default('UTC')
      .describe('time zone of the cron expression'),
    jobs: z
      .array(z.string().min(1))
      .min(1)
      .default(['*'])
      .describe('name patterns of training jobs and endpoints; default: all'),
  })
  .superRefine(({ starts, minutes, timezone }, context) => {
    const problem =
      iso.safeParse(starts).success || !isTimezone(timezone)
        ? undefined
        : cronProblem(starts, { minutes, timezone });
    if (problem !== undefined) context.addIssue({ code: 'custom', path: ['starts'], message: problem });
  });
