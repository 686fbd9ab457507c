import type { LogLine } from '../ports/ports.ts';
import { barSteps, keyedSteps, namedSteps } from './steps-in-log.ts';

/** How fast a job trained, according to the times of its log lines. */
export interface LogPace {
  readonly lastStep: number;
  readonly secondsPerStep?: number;
  /** The time between two steps in the log. */
  readonly logEveryMinutes?: number;
}

interface Point {
  readonly at: number;
  readonly step: number;
  readonly total: number;
}

/** The clearest form first. An installer also prints `Step 1:`, so that form needs more lines. */
const forms = [
  { patterns: keyedSteps, least: 2 },
  { patterns: [barSteps], least: 2 },
  { patterns: [namedSteps], least: 4 },
] as const;

/** Undefined if the lines show no training steps. `lines`: of one host, oldest first. */
export function logPace(lines: readonly LogLine[]): LogPace | undefined {
  for (const { patterns, least } of forms) {
    const points = lastRise(pointsIn(lines, patterns));
    const [first, last] = [points[0], points.at(-1)];
    if (first === undefined || last === undefined || points.length < least) continue;
    return { lastStep: last.step, ...rateOf(first, last, points.length) };
  }
  return undefined;
}

/** Lines without times, such as those of a saved log, tell no rate. */
function rateOf(first: Point, last: Point, points: number): Omit<LogPace, 'lastStep'> {
  const ms = last.at - first.at;
  if (ms <= 0 || last.step <= first.step) return {};
  return {
    secondsPerStep: ms / 1_000 / (last.step - first.step),
    logEveryMinutes: ms / 60_000 / (points - 1),
  };
}

/** One point per line; an evaluation has a bar of its own with fewer steps in total. */
function pointsIn(lines: readonly LogLine[], patterns: readonly RegExp[]): readonly Point[] {
  const points = lines.flatMap(({ at, text }) => {
    const found = patterns.flatMap((pattern) =>
      [...text.matchAll(pattern)].map(([, step, total]) => ({
        at,
        step: Number(step),
        total: Number(total ?? 0),
      })),
    );
    const highest = found.toSorted((one, other) => other.step - one.step)[0];
    return highest === undefined ? [] : [highest];
  });
  const longest = points.reduce((most, { total }) => Math.max(most, total), 0);
  return points.filter(({ total }) => total === longest);
}

/** The steps since the last restart, each with the time when it was first seen. */
function lastRise(points: readonly Point[]): readonly Point[] {
  const fell = points.findLastIndex(({ step }, index) => step < (points[index - 1]?.step ?? 0));
  return points
    .slice(Math.max(0, fell))
    .filter(({ step }, index, rise) => step > (rise[index - 1]?.step ?? -1));
}
