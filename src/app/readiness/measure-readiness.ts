import type { LastDrills } from '../../ports/history/last-drill.ts';
import { drillReadiness } from '../../readiness/drill-readiness.ts';
import { incidentReadiness } from '../../readiness/incident-readiness.ts';
import type { ReadinessReport } from '../../readiness/readiness.ts';
import type { Core } from '../core.ts';

/** Measures the whole readiness now. */
export async function measureReadiness(core: Core, lastDrills: LastDrills): Promise<ReadinessReport> {
  const { store, catalog, clock, config } = core;
  const now = clock.now();
  const drills = drillReadiness({
    playbooks: catalog.list.map(({ id, playbook: { title } }) => ({ id, title })),
    drills: await lastDrills(),
    everyDays: config.settings.drills.every_days,
    now,
  });
  return { measuredAt: now, checks: [drills, ...(await incidentReadiness(store, now))] };
}
