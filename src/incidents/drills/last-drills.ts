import type { LastDrill } from '../../ports/history/last-drill.ts';
import { unlessUnreadable } from '../journal/readable.ts';
import type { IncidentStore } from '../journal/store.ts';
import { isDrillId } from '../model/drills/drill-mark.ts';

type Store = Pick<IncidentStore, 'ids' | 'load' | 'tombstones'>;

/** From the journals, at most one for each playbook. */
export async function lastDrills(store: Store): Promise<readonly LastDrill[]> {
  const last = new Map<string, LastDrill>();
  for (const drill of [...(await drillsIn(store)), ...(await removedDrills(store))])
    if ((last.get(drill.playbook)?.at ?? 0) < drill.at) last.set(drill.playbook, drill);
  return [...last.values()];
}

async function drillsIn(store: Store): Promise<readonly LastDrill[]> {
  const found: LastDrill[] = [];
  for (const id of (await store.ids('all')).filter(isDrillId)) {
    const { drill, drillScore } = (await unlessUnreadable(store.load(id))) ?? {};
    if (drill === undefined || drillScore === undefined) continue;
    found.push({ playbook: drill.playbook, at: drillScore.at, score: drillScore.points });
  }
  return found;
}

async function removedDrills({ tombstones }: Store): Promise<readonly LastDrill[]> {
  return (await tombstones.all()).flatMap(({ counted }) => counted.drill ?? []);
}
