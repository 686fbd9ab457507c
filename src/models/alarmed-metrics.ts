import { quote } from '../in-words.ts';
import type { Ports } from '../ports/ports.ts';
import { type ComparedFigure, compareFigures, figure } from './compare-figures.ts';
import { aroundAlarm, windowMs } from './endpoint-metrics.ts';

export interface AlarmedEndpoint {
  readonly endpoint: string;
  readonly failedAt: number;
  /** Names of the incident's alarms. */
  readonly alarms: readonly string[];
}

/** The metric of an alarm, compared before and after the alarm. */
export interface AlarmedMetric extends ComparedFigure {
  /** The alarm condition, such as `below 0.6`. */
  readonly limit: string;
}

/** The metrics of the incident's alarms, or of all current alarms of the endpoint if none of those is known. */
export async function alarmedMetrics(of: AlarmedEndpoint, ports: Ports): Promise<AlarmedMetric[]> {
  const all = await ports.models.alarmsOf(of.endpoint);
  const named = all.filter(({ name }) => of.alarms.includes(name));
  const chosen = named.length > 0 ? named : all.filter(({ state }) => state === 'ALARM');
  const watched = chosen.flatMap(({ watches }) => (watches === undefined ? [] : [watches]));
  const series = await ports.metrics.series(watched, of.failedAt - windowMs, ports.clock.now());
  return watched.map((one, index) => {
    const { before, since: after } = aroundAlarm(series[index], of.failedAt);
    const good = one.ringsWhen === 'below' ? 'higher' : 'lower';
    const compared = compareFigures(quote(one.metric, 60), { before, after }, good);
    return { ...compared, limit: `${one.ringsWhen} ${figure(one.threshold)}` };
  });
}
