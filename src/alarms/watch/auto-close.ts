import { asOpsError } from '../../errors.ts';
import { eachOpen } from '../../incidents/journal/readable.ts';
import type { IncidentStore } from '../../incidents/journal/store.ts';
import { type Flapping, isCleared } from '../../incidents/model/alarm-states.ts';
import type { IncidentEvent } from '../../incidents/model/events.ts';
import type { Incident } from '../../incidents/model/incident.ts';
import type { Log } from '../../log.ts';
import type { AlarmStates } from '../ports.ts';

export interface AutoCloseDeps {
  readonly store: IncidentStore;
  readonly states: AlarmStates;
  readonly flapping: Flapping;
  /** How many minutes all alarms must be OK before the incident closes. */
  readonly okMinutes: number;
  /** Whether the job or endpoint is still down, whatever its alarms say. */
  readonly isBroken: (incident: Incident) => Promise<boolean>;
  /** Merges incidents of single jobs into the incident that covers many. */
  readonly merge: (incident: Incident) => Promise<void>;
  readonly advance: (incident: string) => Promise<void>;
  readonly now: () => number;
  readonly log: Log;
}

const minute = 60_000;

/**
 * Goes through the open incidents: records the state of alarms that stopped flapping, merges incidents of single jobs
 * into the one that covers many, and closes incidents whose alarms have been OK for a while, if nobody has started work
 * there and nothing is down.
 */
export function createAutoClose(deps: AutoCloseDeps): () => Promise<void> {
  const { store, log } = deps;
  const failed = (incident: string, error: unknown): void =>
    log.warn({ incident, error: asOpsError(error).line }, 'auto-close check failed; it will be retried');
  return async () => eachOpen({ store, failed }, async (id) => autoClose(deps, id));
}

async function autoClose(deps: AutoCloseDeps, id: string): Promise<void> {
  const found = await deps.store.load(id);
  await deps.merge(found);
  const stable = await flappingOverEvents(deps, found);
  const close = mayClose(deps, found) && !(await deps.isBroken(found));
  if (stable.length === 0 && !close) return;
  // A person may have started work since the incident was loaded.
  await deps.store.record(id, (present) =>
    close && mayClose(deps, present) ? [...stable, closed(deps.okMinutes)] : stable,
  );
  await deps.advance(id);
}

async function flappingOverEvents(
  { states, flapping, now }: AutoCloseDeps,
  { alarmStates }: Incident,
): Promise<readonly IncidentEvent[]> {
  const flappingAlarms = [...alarmStates].filter(([, state]) => state.flapping);
  const events = await Promise.all(
    flappingAlarms.map(async ([name]): Promise<readonly IncidentEvent[]> => {
      const last = await states.last(`alarm:${name}`);
      if (last === undefined || last.at > now() - flapping.minutes * minute) return [];
      const state = last.state === 'ALARM' ? 'ALARM' : 'OK';
      return [{ type: 'alarm-settled', name, state, at: last.at }];
    }),
  );
  return events.flat();
}

function mayClose({ okMinutes, now }: AutoCloseDeps, incident: Incident): boolean {
  return incident.recovered === undefined && isCleared(incident, now() - okMinutes * minute);
}

function closed(minutes: number): IncidentEvent {
  const why = `auto-closed: all alarms OK for ${minutes} minutes and nobody had started work`;
  return { type: 'closed', why };
}
