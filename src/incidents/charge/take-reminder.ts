import { type EachOpenDeps, eachOpen } from '../journal/readable.ts';
import type { IncidentStore } from '../journal/store.ts';
import type { Call } from '../model/calls/call.ts';
import type { EventOf } from '../model/events.ts';
import { type Incident, isEndKnown, isOpen } from '../model/incident.ts';

const minute = 60_000;
const maxReminders = 3;

export interface TakeReminders extends EachOpenDeps {
  readonly store: Pick<IncidentStore, 'ids' | 'load' | 'record'>;
  /** After how many minutes nobody has taken an incident of this tier. */
  readonly minutesOf: (tier: string) => number;
  /** The people for this reminder: 1 is the first. */
  readonly callFor: (number: number) => Call;
  readonly advance: (incident: string) => Promise<void>;
  readonly now: () => number;
}

/**
 * Calls people in the threads of incidents that nobody has taken, at most three times each. The journal holds each
 * reminder, so a restart neither loses nor repeats one.
 */
export function createTakeReminders(deps: TakeReminders): () => Promise<void> {
  return async () =>
    eachOpen(deps, async (id) => {
      if (reminderDue(deps, await deps.store.load(id)) === undefined) return;
      await deps.store.record(id, (present) => reminderDue(deps, present) ?? []);
      await deps.advance(id);
    });
}

function reminderDue(
  { minutesOf, callFor, now }: TakeReminders,
  incident: Incident,
): readonly EventOf<'take-reminded'>[] | undefined {
  const { responder, held, openedAt, tier } = incident;
  if (!isOpen(incident) || responder !== undefined || held !== undefined || isEndKnown(incident))
    return undefined;
  const number = remindersIn(incident) + 1;
  const minutes = (now() - openedAt) / minute;
  if (number > maxReminders || minutes < number * minutesOf(tier)) return undefined;
  return [{ type: 'take-reminded', number, minutes: Math.floor(minutes), call: callFor(number) }];
}

function remindersIn({ chargeNotes = [] }: Incident): number {
  return chargeNotes.filter(({ event }) => event.type === 'take-reminded').length;
}
