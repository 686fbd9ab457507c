import { asOpsError } from '../../errors.ts';
import type { IncidentStore } from '../../incidents/journal/store.ts';
import type { Flapping } from '../../incidents/model/alarm-states.ts';
import { isCleared } from '../../incidents/model/alarm-states.ts';
import type { IncidentEvent } from '../../incidents/model/events.ts';
import type { Incident } from '../../incidents/model/incident.ts';
import type { Log } from '../../log.ts';
import type { AlarmStates } from '../ports.ts';

export interface AutoCloseDeps {
  readonly store: IncidentStore;
  readonly states: AlarmStates;
  readonly flapping: Flapping;
  /** An alarm that has been OK for so long is over. */
  readonly okMinutes: number;
  /** Whether what it is about is broken, whatever its alarms say. */
  readonly isBroken: (incident: Incident) => Promise<boolean>;
  /** Folds what its jobs have of their own into an incident about many. */
  readonly merge: (incident: Incident) => Promise<void>;
  readonly advance: (incident: string) => Promise<void>;
  readonly now: () => number;
  readonly log: Log;
}

const minute = 60_000;

/**
 * Says of alarms that flapped how they stand since they no longer do, folds what opened beside an incident about many
 * jobs, and closes incidents whose alarms have been OK
 * for a while, when nobody has begun anything there and nothing is broken.
 */
export function createAutoClose(parts: AutoCloseDeps): () => Promise<void> {
  return async () => {
    for (const id of await parts.store.ids('open'))
      await autoClose(parts, id).catch((error: unknown) =>
        parts.log.warn(
          { incident: id, error: asOpsError(error).line },
          'could not be settled; it will be again',
        ),
      );
  };
}

async function autoClose(parts: AutoCloseDeps, id: string): Promise<void> {
  const found = await parts.store.load(id);
  await parts.merge(found);
  const settled = await flappingOverEvents(parts, found);
  const over = await shouldClose(parts, found);
  if (settled.length === 0 && !over) return;
  await parts.store.transact(id, (present) => {
    // Somebody may have begun something since it was looked at.
    const closes = over && mayClose(parts, present);
    return { events: [...settled, ...(closes ? [closed(parts.okMinutes)] : [])], answer: undefined };
  });
  await parts.advance(id);
}

async function flappingOverEvents(
  { states, flapping, now }: AutoCloseDeps,
  { alarmStates }: Incident,
): Promise<readonly IncidentEvent[]> {
  const restless = [...alarmStates].filter(([, state]) => state.flapping);
  const events = await Promise.all(
    restless.map(async ([name]): Promise<readonly IncidentEvent[]> => {
      const last = await states.last(`alarm:${name}`);
      if (last === undefined || last.at > now() - flapping.minutes * minute) return [];
      const state = last.state === 'ALARM' ? 'ALARM' : 'OK';
      return [{ type: 'alarm-settled', name, state, at: last.at }];
    }),
  );
  return events.flat();
}

async function shouldClose(parts: AutoCloseDeps, incident: Incident): Promise<boolean> {
  return mayClose(parts, incident) && !(await parts.isBroken(incident));
}

function mayClose({ okMinutes, now }: AutoCloseDeps, incident: Incident): boolean {
  return incident.recovered === undefined && isCleared(incident, now() - okMinutes * minute);
}

function closed(minutes: number): IncidentEvent {
  return {
    type: 'closed',
    why: `its alarms have been OK for ${minutes} minutes, and nobody had begun anything`,
  };
}
