import { CronExpressionParser } from 'cron-parser';
import { matches } from '../../patterns.ts';
import { type Hold } from '../model/hold.ts';
import { type Failing, lastToEnd } from './holds.ts';

/** A time at which new threads are held back, once or again and again. */
export interface MaintenanceWindow {
  readonly name: string;
  /** A moment in ms, or a cron expression: minute, hour, day of the month, month, day of the week. */
  readonly starts: number | string;
  readonly minutes: number;
  /** Of the cron expression, such as Europe/Berlin: it follows summer time. */
  readonly timezone: string;
  /** Patterns of names of jobs and endpoints. */
  readonly jobs: readonly string[];
}

const minute = 60_000;

/** The window that is open over the job now; of several, the one that ends last. */
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
  // The search leaves out the moment that it begins at.
  const currentDate = new Date(now + 1);
  return CronExpressionParser.parse(starts, { currentDate, tz: timezone }).prev().getTime();
}

/** Seconds, names such as @daily and H, which means another time at each look, are not for windows. */
const fiveFields = /^(?!.*(^|[\s,])H([\s,/(]|$))\S+(\s+\S+){4}$/;

/** What is wrong with a cron expression; undefined when nothing is. */
export function cronProblem(
  expression: string,
  { timezone, minutes }: Pick<MaintenanceWindow, 'timezone' | 'minutes'>,
): string | undefined {
  if (!fiveFields.test(expression)) return notCron;
  try {
    const cron = CronExpressionParser.parse(expression, { tz: timezone });
    const [first, ...later] = cron.take(20).map((one) => one.getTime());
    const shortest = later.reduce(
      ({ gap, before }, at) => ({ gap: Math.min(gap, at - before), before: at }),
      { gap: Number.POSITIVE_INFINITY, before: first ?? 0 },
    ).gap;
    // One that opens again before it has closed would hold threads back for ever.
    return minutes * minute < shortest ? undefined : 'opens again before its minutes are over';
  } catch {
    return notCron;
  }
}

const notCron =
  'must be a cron expression such as "0 2 * * SUN" (minute hour day month weekday) or a moment such as 2026-12-01T02:00:00Z';
