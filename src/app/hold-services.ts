import { z } from 'zod';
import type { Settings } from '../config/settings.ts';
import type { IdSet } from '../incidents/holds/holds.ts';
import { type Holds, lastToEnd } from '../incidents/holds/holds.ts';
import { type MaintenanceWindow, windowOver } from '../incidents/holds/maintenance.ts';
import { createSilences } from '../incidents/holds/silence.ts';
import type { IncidentStore } from '../incidents/journal/store.ts';
import type { Clock } from '../ports/ports.ts';

/** What holds new threads back, and the memory of what it has held back. */
export interface HoldSide extends Holds {
  readonly held: IdSet;
  readonly silenced: IdSet;
}

export interface HoldParts extends Pick<HoldSide, 'held' | 'silenced'> {
  readonly settings: Pick<Settings, 'maintenance'>;
  readonly store: IncidentStore;
  readonly clock: Clock;
}

export function openHolds({ settings, store, clock, held, silenced }: HoldParts): HoldSide {
  const windows = windowsIn(settings);
  const silences = createSilences({ store, silenced, now: clock.now });
  return {
    held,
    silenced,
    keep: held.add,
    over: async (failing) => {
      const holds = [windowOver(windows, failing, clock.now()), await silences.over(failing)];
      return lastToEnd(holds.flatMap((hold) => hold ?? []));
    },
  };
}

export function windowsIn({ maintenance }: Pick<Settings, 'maintenance'>): readonly MaintenanceWindow[] {
  return maintenance.map(({ starts, ...window }) => {
    const once = z.iso.datetime({ offset: true }).safeParse(starts).success;
    return { ...window, starts: once ? Date.parse(starts) : starts };
  });
}
