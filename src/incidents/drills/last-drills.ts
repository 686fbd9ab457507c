import type { LastDrill } from '../../ports/history/last-drill.ts';
import { unlessUnreadable } from '../journal/readable.ts';
import type { IncidentStore } from '../journal/store.ts';
import { isDrillId } from '../model/drills/drill-mark.ts';

/** From the journals, at most one for each playbook. */
export async function lastDrills(store: Pick<IncidentStore, 'ids' | 'load'>): Promise<readonly LastDrill[]> {
  const last = new Map<string, LastDrill>();
  for (const id of (await store.ids('all')).filter(isDrillId)) {
    const { drill, drillScore } = (await unlessUnreadable(store.load(id))) ?? {};
    if (drill === undefined || drillScore === undefined || last.has(drill.playbook)) continue;
    const { playbook } = drill;
    last.set(playbook, { playbook, at: drillScore.at, score: drillScore.points });
  }
  return [...last.values()];
}
