import type { IncidentStore } from '../journal/store.ts';
import type { Incident } from '../model/incident.ts';
import { type Failing, type Hold, lastToEnd } from './holds.ts';
import type { IdSet } from './id-set.ts';
import { isActive, snoozeOver } from './snooze.ts';

export interface SnoozeParts {
  readonly store: Pick<IncidentStore, 'find'>;
  /** The incidents that somebody may have snoozed. */
  readonly snoozed: IdSet;
  readonly now: () => number;
}

/** The snoozes of all incidents; what they are stands in the journals. */
export interface Snoozes {
  readonly over: (failing: Failing) => Promise<Hold | undefined>;
  /** The holds that have not ended. */
  readonly standing: () => Promise<ReadonlySet<string>>;
}

export function createSnoozes(parts: SnoozeParts): Snoozes {
  const holdsOver = async (failing?: Failing): Promise<readonly Hold[]> =>
    (await active(parts)).flatMap(
      (incident) => snoozeOver(incident, failing ?? itself(incident), parts.now()) ?? [],
    );
  return {
    over: async (failing) => lastToEnd(await holdsOver(failing)),
    standing: async () => new Set((await holdsOver()).map(({ id }) => id)),
  };
}

/** A snooze covers at least what it was pressed on. */
function itself({ job, tier, kind }: Incident): Failing {
  return { job, tier, kind };
}

async function active({ store, snoozed, now }: SnoozeParts): Promise<readonly Incident[]> {
  const ids = await snoozed.all();
  const found = await Promise.all(ids.map((id) => store.find(id)));
  return found.flatMap((incident) => (isActive(incident?.snooze, now()) && incident ? [incident] : []));
}
