import { quote } from '../in-words.ts';
import type { EndpointAlarm, WatchedMetric } from '../ports/models.ts';
import type { Ports } from '../ports/ports.ts';
import { type ComparedFigure, compareFigures, figure } from './metric-verdict.ts';

const minute = 60_000;
const windowMs = 3 * 60 * minute;

export interface AlarmedEndpoint {
  readonly endpoint: string;
  readonly failedAt: number;
  /** Names of the alarms that the incident is about. */
  readonly alarms: readonly string[];
}

/** The metric of an alarm, and how it did since the alarm against before. */
export interface AlarmedMetric extends ComparedFigure {
  /** `below 0.6`: when the alarm rings. */
  readonly limit: string;
}

/** The metrics that alarmed: those of the incident's alarms, or of whatever rings now where none of them is known. */
export async function alarmedMetrics(of: AlarmedEndpoint, ports: Ports): Promise<AlarmedMetric[]> {
  const all = await ports.models.alarmsOf(of.endpoint);
  const named = all.filter(({ name }) => of.alarms.includes(name));
  const chosen = named.length > 0 ? named : all.filter(({ state }) => state === 'ALARM');
  const watched = chosen.flatMap(({ watches }: EndpointAlarm) => (watches === undefined ? [] : [watches]));
  const series = await ports.metrics.series(watched, of.failedAt - windowMs, ports.clock.now());
  return watched.map((one, index) => {
    const points = series[index] ?? [];
    const before = mean(points.filter(({ at }) => at < of.failedAt - 5 * minute));
    const after = mean(points.filter(({ at }) => at >= of.failedAt - minute));
    const good = one.ringsWhen === 'below' ? 'higher' : 'lower';
    const compared = compareFigures(quote(one.metric, 60), { before, after }, good);
    return { ...compared, limit: limitOf(one) };
  });
}

function limitOf({ ringsWhen, threshold }: WatchedMetric): string {
  return `${ringsWhen} ${figure(threshold)}`;
}

function mean(points: readonly { readonly value: number }[]): number | undefined {
  if (points.length === 0) return undefined;
  return points.reduce((sum, { value }) => sum + value, 0) / points.length;
}
