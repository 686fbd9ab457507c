import { asOpsError } from '../../errors.ts';
import type { IncidentStore } from '../../incidents/journal/store.ts';
import type { Log } from '../../log.ts';
import type { Advance } from '../steps/advance.ts';
import type { Autopilot } from './autopilot.ts';

export interface PilotDeps {
  readonly autopilot: Autopilot;
  readonly advance: Advance;
  readonly log: Log;
}

/** Advances an incident, and again if Autopilot then did something about its open request. */
export function advanceWithAutopilot(deps: PilotDeps): Advance {
  const follow = actAndAdvance(deps);
  return async (incident) => {
    await deps.advance(incident);
    await follow(incident);
  };
}

function actAndAdvance({ autopilot, advance, log }: PilotDeps): Advance {
  return async (incident) => {
    try {
      if (await autopilot(incident)) await advance(incident);
    } catch (error) {
      // The next sweep looks again.
      log.warn({ incident, error: asOpsError(error).message }, 'autopilot');
    }
  };
}

/** Incidents that were closed because the change failed, and whose threads say so. */
const recentlyClosed = 20;

/** Looks at the open requests of all incidents. The journals hold the times, so a restart loses none. */
export function createAutopilotSweep(
  deps: PilotDeps & { readonly store: Pick<IncidentStore, 'ids'> },
): () => Promise<void> {
  const act = actAndAdvance(deps);
  return async () => {
    const { ids } = deps.store;
    for (const id of new Set([...(await ids('open')), ...(await ids('all', recentlyClosed))])) await act(id);
  };
}
