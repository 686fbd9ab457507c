import { OpsError } from '../../errors.ts';
import type { FailureReport, TierObjectives } from '../intake/failure-report.ts';
import { incidentIds } from '../intake/incident-ids.ts';
import { openingEvents } from '../intake/intake.ts';
import type { IncidentStore } from '../journal/store.ts';
import { type DrillMark, drillPrefix } from '../model/drills/drill-mark.ts';
import { type Incident, isOpen } from '../model/incident.ts';

interface Opening extends Pick<FailureReport, 'kind' | 'alarm' | 'plan'> {
  readonly drill: DrillMark;
  readonly tier: TierObjectives;
}

/**
 * Opens the next drill of a playbook, or returns the one that is still open. Both have the same ID in every process, so a
 * playbook has one drill at a time.
 */
export async function openDrill(
  {
    store,
    region,
  }: { readonly store: Pick<IncidentStore, 'find' | 'open' | 'tombstones'>; readonly region: string },
  { drill, tier, ...failure }: Opening,
): Promise<{ readonly incident: Incident; readonly isNew: boolean }> {
  let number = 0;
  for (const id of incidentIds(region, `${drillPrefix}${drill.playbook}`)) {
    number += 1;
    const drillId = `${drillPrefix}${id.replace(/^rl-/, '')}`;
    const present = await store.find(drillId);
    if (present !== undefined && isOpen(present)) return { incident: present, isNew: false };
    if (present !== undefined || (await store.tombstones.find(drillId)) !== undefined) continue;
    const job = `${drillPrefix}${drill.playbook}`.slice(0, 40).concat(`-${number}`);
    const [opened, ...more] = openingEvents(drillId, region, tier, { ...failure, job });
    return store.open([{ ...opened, drill }, ...more]);
  }
  throw new OpsError('unexpected', `${drill.playbook} has had too many drills`);
}
