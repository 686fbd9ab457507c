import { counted, rounded } from '../../in-words.ts';
import type { LimitsBasis } from '../../ports/basis.ts';
import type { Caps, CapUse, JsonObject, Ports, Reservation } from '../../ports/ports.ts';
import type { Terms } from '../../ports/step-output.ts';
import { hoursInWords, type LaunchPrice, launchPrice, unknownInWords, usd } from './launch-price.ts';
import { alternativesIn, totalOf } from './machines.ts';

/** The cost of a launch and the caps that it uses up, for the people who approve it. */
export function launchTerms(
  request: JsonObject,
  { caps, prices }: Pick<Ports, 'caps' | 'prices'>,
  use: CapUse,
  undo: string,
): Terms {
  const price = launchPrice(request, prices);
  return { price: priceInWords(price), undo, caps: capsInWords(request, price, caps, use) };
}

function priceInWords({ perHourUsd, worstCaseUsd, hours, spot, unknown }: LaunchPrice): string {
  const limit = `its maximum time of ${hoursInWords(hours)}`;
  if (perHourUsd === undefined || worstCaseUsd === undefined) {
    const why = unknownInWords(unknown);
    return `${why.charAt(0).toUpperCase()}${why.slice(1)}. It may run for ${hoursInWords(hours)}`;
  }
  const onDemand = spot ? ' Managed spot usually costs less; this counts the on-demand price.' : '';
  return `${usd(perHourUsd)} per hour, at most ${usd(worstCaseUsd)} if it runs for ${limit}.${onDemand}`;
}

function capsInWords(
  request: JsonObject,
  { worstCaseUsd }: LaunchPrice,
  { instanceCount, concurrentJobs, spendPerDayUsd }: Caps,
  { running, spending }: CapUse,
): string[] {
  const instances = alternativesIn(request).reduce((most, one) => Math.max(most, totalOf(one)), 0);
  return [
    `${instances} of ${counted(instanceCount, 'instance')} per job`,
    ...(concurrentJobs === undefined
      ? []
      : [`1 of ${counted(concurrentJobs, 'recovery job')} at once (${running.length} running now)`]),
    ...(spendPerDayUsd === undefined || worstCaseUsd === undefined
      ? []
      : [
          `${usd(worstCaseUsd)} of ${usd(spendPerDayUsd)} per 24 hours (${usd(sumOf(spending))} counted so far)`,
        ]),
  ];
}

export function sumOf(reservations: readonly Reservation[]): number {
  return reservations.reduce((sum, one) => sum + (one.usd ?? 0), 0);
}

/** The limits and the price that people see when they approve: if one changes, they are asked again. */
export function limitsNow(
  request: JsonObject,
  { caps, prices }: Pick<Ports, 'caps' | 'prices'>,
): LimitsBasis {
  const { instanceCount, concurrentJobs, spendPerDayUsd } = caps;
  const { perHourUsd, worstCaseUsd } = launchPrice(request, prices);
  return {
    kind: 'limits',
    instanceCount,
    ...(concurrentJobs !== undefined && { concurrentJobs }),
    ...(spendPerDayUsd !== undefined && { spendPerDayUsd }),
    ...(perHourUsd !== undefined && { perHourUsd }),
    ...(worstCaseUsd !== undefined && { worstCaseUsd }),
  };
}

const limitNames = {
  instanceCount: 'caps.instance_count',
  concurrentJobs: 'caps.concurrent_jobs',
  spendPerDayUsd: 'caps.spend_per_day_usd',
  perHourUsd: 'the price per hour in USD',
  worstCaseUsd: 'the worst case in USD',
} as const;

/** The first limit or price that is not the approved one, in words; undefined if all are the same. */
export function changeOfLimits(before: LimitsBasis, now: LimitsBasis): string | undefined {
  const names = Object.keys(limitNames) as readonly (keyof typeof limitNames)[];
  const changed = names.find((name) => before[name] !== now[name]);
  if (changed === undefined) return undefined;
  const words = (value: number | undefined): string => (value === undefined ? 'not set' : rounded(value, 2));
  return `${limitNames[changed]} is ${words(now[changed])} now, and was ${words(before[changed])}`;
}
