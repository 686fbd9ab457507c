import { matches } from './alarms/correlate.ts';
import type { Settings } from './config-file.ts';
import type { Region } from './playbooks/ports/region.ts';

/** The order of the tiers in relight.yaml is the order in which their jobs are recovered. */
export function tierRanks(tiers: Settings['tiers']): Region['tierOf'] {
  const inOrder = Object.entries(tiers).map(([name, tier], rank) => ({ name, rank, tier }));
  return (job) => {
    const found = inOrder.find(({ tier }) => tier.jobs.some((pattern) => matches(pattern, job)));
    return found && { name: found.name, rank: found.rank, rpoMinutes: found.tier.rpo_minutes };
  };
}
