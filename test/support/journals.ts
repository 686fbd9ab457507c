import { createChain } from '../../src/audit/chain.ts';
import { createIncidentStore } from '../../src/incidents/journal/store.ts';
import type { Entry } from '../../src/incidents/model/events.ts';
import type { World } from './world.ts';

/** The journals of all incidents, read from Redis. */
export async function journalsOf(world: World): Promise<(readonly Entry[])[]> {
  const store = createIncidentStore(world.redis.client, createChain(), { now: () => Date.now() });
  return Promise.all((await store.ids('all')).map((id) => store.journal(id)));
}
