import type { EndpointInstances } from '../../models/endpoint-caps.ts';
import type { ServingInstances } from '../../ports/models.ts';
import type { PriceOf } from '../../ports/ports.ts';
import { perHour, unknownAmong, unknownInWords, usd } from './launch-price.ts';

/**
 * The price of an endpoint before and after an update; undefined if its instances stay the same. The table has the prices
 * of training, which those of hosting equal for almost all types.
 */
export function endpointPrice({ wanted, present }: EndpointInstances, priceOf: PriceOf): string | undefined {
  if (isSame(wanted, present)) return undefined;
  const [after, before] = [perHour(wanted, priceOf), perHour(present, priceOf)];
  if (after === undefined || before === undefined) {
    const why = unknownInWords(unknownAmong([...wanted, ...present], priceOf));
    return `Its instances change, and ${why}.`;
  }
  return `${usd(after)} per hour, until it is updated again; it is ${usd(before)} now.`;
}

function isSame(ones: readonly ServingInstances[], others: readonly ServingInstances[]): boolean {
  return inWords(ones) === inWords(others);
}

function inWords(instances: readonly ServingInstances[]): string {
  const counts = new Map<string, number>();
  for (const { type, count } of instances) counts.set(type, (counts.get(type) ?? 0) + count);
  return [...counts]
    .map(([type, count]) => `${count} ${type}`)
    .toSorted((one, other) => one.localeCompare(other))
    .join();
}
