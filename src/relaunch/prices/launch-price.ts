import { z } from 'zod';
import { count, rounded } from '../../in-words.ts';
import { largest } from '../../ports/collections.ts';
import type { JsonObject, PriceOf } from '../../ports/ports.ts';
import { alternativesIn, type Machines } from './machines.ts';

/** The cost of a launch: its instances at on-demand prices, without storage and transfer. */
export interface LaunchPrice {
  /** Absent if the price of any of its types is unknown: an unknown price never counts as free. */
  readonly perHourUsd?: number;
  readonly worstCaseUsd?: number;
  /** The longest time for which AWS can bill its instances. */
  readonly hours: number;
  readonly spot: boolean;
  /** Instance types whose price is unknown. */
  readonly unknown: readonly string[];
}

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_StoppingCondition.html: a day if it is not set. */
const defaultSeconds = 86_400;

/** With a RetryStrategy, MaxRuntimeInSeconds is the limit of all attempts together. */
const Limits = z.object({
  EnableManagedSpotTraining: z.boolean().optional(),
  StoppingCondition: z
    .object({
      MaxRuntimeInSeconds: z.number().optional(),
      MaxWaitTimeInSeconds: z.number().optional(),
    })
    .optional(),
  /** A warm pool is billed after the job has ended. */
  ResourceConfig: z.object({ KeepAlivePeriodInSeconds: z.number().optional() }).optional(),
});

export function launchPrice(request: JsonObject, priceOf: PriceOf): LaunchPrice {
  const limits = Limits.safeParse(request).data ?? {};
  const spot = limits.EnableManagedSpotTraining === true;
  const { MaxRuntimeInSeconds: run = defaultSeconds, MaxWaitTimeInSeconds: wait = run } =
    limits.StoppingCondition ?? {};
  const seconds = (spot ? Math.max(run, wait) : run) + (limits.ResourceConfig?.KeepAlivePeriodInSeconds ?? 0);
  const hours = seconds / 3_600;
  const alternatives = alternativesIn(request);
  const unknown = unknownAmong(alternatives.flat(), priceOf);
  if (unknown.length > 0) return { hours, spot, unknown };
  const perHourUsd = largest(alternatives.map((machines) => perHour(machines, priceOf) ?? 0));
  return { perHourUsd, worstCaseUsd: perHourUsd * hours, hours, spot, unknown };
}

/** The price of machines that run together; undefined if one of their prices is unknown. */
export function perHour(machines: readonly Machines[], priceOf: PriceOf): number | undefined {
  if (unknownAmong(machines, priceOf).length > 0) return undefined;
  return machines.reduce((sum, { type, count: instances }) => sum + (priceOf(type) ?? 0) * instances, 0);
}

export function unknownAmong(machines: readonly Machines[], priceOf: PriceOf): readonly string[] {
  return [...new Set(machines.map(({ type }) => type))].filter((type) => priceOf(type) === undefined);
}

/** E.g. `the price of ml.p6.48xlarge is unknown here; add it under prices`. */
export function unknownInWords(types: readonly string[]): string {
  const [verb, them] = types.length === 1 ? ['is', 'it'] : ['are', 'them'];
  const noun = types.length === 1 ? 'price' : 'prices';
  return `the ${noun} of ${types.join(' and ')} ${verb} unknown here; add ${them} under prices in relight.yaml`;
}

/** E.g. `$0.74`, `$2,425`. Rounded up, so that no sum looks smaller than it is. */
export function usd(amount: number): string {
  // The tolerance keeps 0.1 + 0.2 from becoming 31 cents.
  if (amount < 100) return `$${(Math.ceil(amount * 100 - 1e-6) / 100).toFixed(2)}`;
  return `$${count(Math.ceil(amount - 1e-6))}`;
}

/** E.g. `96 h`, `1.5 h`. */
export function hoursInWords(hours: number): string {
  return `${rounded(hours, 1)} h`;
}
