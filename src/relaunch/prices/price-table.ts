import type { PriceOf } from '../../ports/ports.ts';
import { pricedRegion, trainingPrices } from './training-prices.ts';

/** Prices by instance type; those in `own` come before those that ship with Relight. */
export function priceTable(region: string, own: Readonly<Record<string, number>> = {}): PriceOf {
  const shipped = region === pricedRegion ? trainingPrices : {};
  const prices = new Map(Object.entries({ ...shipped, ...own }));
  return (type) => prices.get(type);
}
