import type { Config } from '../../config/environment.ts';
import { stateOf } from '../../incidents/model/incident.ts';
import type { Ports, Training } from '../../ports/ports.ts';
import { createReservations } from '../../redis/cap-reservations.ts';
import { priceTable } from '../../relaunch/prices/price-table.ts';
import { type CapDeps, createSharedCaps, type SharedCaps } from '../../relaunch/prices/shared-caps.ts';
import type { Core } from '../core.ts';

type Limits = Pick<Ports, 'caps' | 'prices'>;

/** The caps and the prices of relight.yaml. */
export function limitsIn({
  settings: { caps, prices },
  region,
}: Pick<Config, 'settings' | 'region'>): Limits {
  return {
    caps: {
      instanceTypes: caps.instance_types,
      instanceCount: caps.instance_count,
      volumeGb: caps.volume_gb,
      concurrentJobs: caps.concurrent_jobs,
      spendPerDayUsd: caps.spend_per_day_usd,
    },
    prices: priceTable(region, prices[region]),
  };
}

export function sharedCaps(
  { redis, store, clock }: Pick<Core, 'redis' | 'store' | 'clock'>,
  { training }: { readonly training: Pick<Training, 'find'> },
  limits: Limits,
): SharedCaps {
  const isOver: CapDeps['isOver'] = async ({ incident: id, step, attempt }) => {
    const incident = await store.find(id);
    if (incident === undefined || incident.closed !== undefined) return true;
    const state = stateOf(incident, step);
    // An attempt that has not begun reserves again before it sends anything.
    return state.status !== 'changing' || state.attempt !== attempt;
  };
  const reservations = createReservations(redis.forAnswers);
  return createSharedCaps({ ...limits, reservations, training, isOver, clock });
}
