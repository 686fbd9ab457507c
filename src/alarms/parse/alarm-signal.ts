import type { Place } from './fields.ts';
import { seriesName } from './series-name.ts';
import type { AlarmSignal, Dimensions, Mute } from './signal.ts';

/** The facts of an alarm message, whichever form it had. */
interface AlarmFacts {
  readonly name: string;
  readonly arn: string | undefined;
  readonly place: Place;
  readonly change: { readonly value: string; readonly reason: string; readonly timestamp: number };
  readonly dimensions: readonly (readonly [string, string])[];
  readonly metrics: readonly { readonly accountId?: string | undefined; readonly expression: string }[];
  /** The attributes of a time series, if the message is about one. */
  readonly series?: Readonly<Record<string, string>>;
  readonly children: readonly string[];
  readonly muted?: Mute;
}

const summaryReason = /^\d+ out of \d+ (?:time series|contributors) evaluated/;

export function alarmSignal(facts: AlarmFacts): AlarmSignal {
  const { name, arn, place, change, dimensions, metrics, series, children, muted } = facts;
  // An alarm of a monitoring account can watch a metric of another account, whose job it is.
  const account = metrics.find(({ accountId }) => accountId !== undefined)?.accountId ?? place.account;
  const counts =
    summaryReason.test(change.reason) || metrics.some(({ expression }) => /\bGROUP BY\b/i.test(expression));
  return {
    type: 'alarm',
    name,
    subject: series === undefined ? name : seriesName(name, series),
    state: change.value,
    reason: change.reason,
    at: change.timestamp,
    dimensions: byName(series === undefined ? dimensions : Object.entries(series)),
    children,
    summary: series === undefined && counts,
    ...place,
    ...(account !== undefined && { account }),
    ...(arn !== undefined && { arn }),
    ...(muted !== undefined && { muted }),
  };
}

function byName(dimensions: readonly (readonly [string, string])[]): Dimensions {
  const values = new Map<string, Set<string>>();
  for (const [name, value] of dimensions) values.set(name, (values.get(name) ?? new Set()).add(value));
  return Object.fromEntries([...values].map(([name, all]) => [name, [...all]]));
}
