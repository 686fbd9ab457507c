import { asOpsError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { IncidentStore } from '../journal/store.ts';
import type { IncidentEvent } from '../model/events.ts';
import type { Hold } from '../model/hold.ts';
import { heldBy } from '../model/hold-states.ts';
import { type Incident, isOpen } from '../model/incident.ts';
import { type Failing, type Holds, holdOverAll, type IdSet } from './holds.ts';

export interface ReleaseServices {
  readonly store: IncidentStore;
  /** Incidents that are or were held back. */
  readonly held: IdSet;
  readonly holds: Pick<Holds, 'over'>;
  readonly isActive: (hold: Hold) => Promise<boolean>;
  /** Posts one summary of the incidents that the hold kept back. */
  readonly announce: (hold: Hold, incidents: readonly HeldIncident[]) => Promise<void>;
  readonly advance: (incident: string) => Promise<void>;
  readonly log: Log;
}

/** An incident of a hold that has ended. `next`: the hold that applies from now on; undefined if its thread opens. */
export interface HeldIncident {
  readonly incident: Incident;
  readonly next: Hold | undefined;
}

/**
 * When a hold ends, posts a summary and opens the threads that it held back. The summary comes first: a crash in between
 * repeats it under the same id, which posts it only once.
 */
export function createRelease(services: ReleaseServices): () => Promise<void> {
  return async () => {
    const all = await heldBack(services);
    for (const hold of new Set(all.map(({ held }) => held.id)))
      await endHold(
        services,
        all.filter(({ held }) => held.id === hold),
      ).catch((error: unknown) =>
        services.log.warn({ hold, error: asOpsError(error).line }, 'hold not ended; the next run retries'),
      );
  };
}

type Held = Incident & { readonly held: Hold };

/** Ids without an incident stay: an id is added before its incident is opened. */
async function heldBack({ store, held }: ReleaseServices): Promise<readonly Held[]> {
  const all: Held[] = [];
  for (const id of await held.all()) {
    const incident = await store.find(id);
    if (incident === undefined) continue;
    if (incident.held === undefined) await held.drop(id);
    else all.push({ ...incident, held: incident.held });
  }
  return all;
}

async function endHold(services: ReleaseServices, group: readonly Held[]): Promise<void> {
  const [first] = group;
  if (first === undefined || (await services.isActive(first.held))) return;
  const incidents = await Promise.all(
    group.map(async (incident) => ({
      incident,
      next: await holdOverAll(services.holds, failuresOf(incident)),
    })),
  );
  await services.announce(first.held, incidents);
  for (const one of incidents) await release(services, first.held, one);
}

async function release(
  { store, held, advance }: ReleaseServices,
  ended: Hold,
  { incident, next }: HeldIncident,
): Promise<void> {
  const { id } = incident;
  const events: readonly IncidentEvent[] = next
    ? heldBy(next)
    : [{ type: 'released', why: `${ended.name} is over` }];
  await store.record(id, (present) => (isOpen(present) && present.held?.id === ended.id ? events : []));
  if (next === undefined || !isOpen(incident)) await held.drop(id);
  else await held.add(id);
  await advance(id);
}

function failuresOf({ affectedJobs, job, tier, kind }: Incident): readonly Failing[] {
  return affectedJobs.length === 0 ? [{ job, tier, kind }] : affectedJobs;
}
