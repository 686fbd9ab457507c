import { z } from 'zod';
import type { Settings } from '../config/settings.ts';
import { type Holds, type IdSet, lastToEnd } from '../incidents/holds/holds.ts';
import { type MaintenanceWindow, windowOver } from '../incidents/holds/maintenance.ts';
import { createRelease } from '../incidents/holds/release.ts';
import { createSilences } from '../incidents/holds/silence.ts';
import { heldSummary } from '../incidents/holds/summary.ts';
import type { IncidentStore } from '../incidents/journal/store.ts';
import type { Log } from '../log.ts';
import type { Notice } from '../outbox/outbox.ts';
import { failureWords } from '../ports/failure-kind.ts';
import type { Clock } from '../ports/ports.ts';

/** Maintenance windows and silences, which hold new threads back, and the record of what they held back. */
export interface HoldServices extends Holds {
  readonly held: IdSet;
  readonly silenced: IdSet;
  readonly silences: ReturnType<typeof createSilences>;
}

export interface HoldDeps extends Pick<HoldServices, 'held' | 'silenced'> {
  readonly settings: Pick<Settings, 'maintenance'>;
  readonly store: IncidentStore;
  readonly clock: Clock;
}

export function openHolds({ settings, store, clock, held, silenced }: HoldDeps): HoldServices {
  const windows = windowsIn(settings);
  const silences = createSilences({ store, silenced, now: clock.now });
  return {
    held,
    silenced,
    silences,
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

export interface ReleaseServices extends Pick<HoldDeps, 'store' | 'clock'> {
  readonly holds: HoldServices;
  readonly announce: (notice: Notice) => Promise<void>;
  readonly advance: (incident: string) => Promise<void>;
  readonly log: Log;
}

/** Opens the threads whose maintenance window or silence has ended. */
export function releaser(services: ReleaseServices): () => Promise<void> {
  const { store, holds, clock, announce, advance, log } = services;
  return createRelease({
    store,
    held: holds.held,
    holds,
    isActive: async ({ id, until }) =>
      clock.now() < until && (!id.startsWith('snooze-') || (await holds.silences.active()).has(id)),
    announce: async (hold, incidents) => announce(heldSummary(hold, incidents, failureWords)),
    advance,
    log,
  });
}
