import type { Hold } from '../holds/holds.ts';
import type { IncidentEvent } from './events.ts';
import type { Snooze } from './hold.ts';

/** Whether the incident's thread is held back, and the last snooze on it. */
export interface Quiet {
  readonly held?: Hold | undefined;
  readonly snooze?: Snooze | undefined;
}

const holdEvents = ['held', 'released', 'snoozed', 'snooze-ended'] as const;
type HoldEvent = Extract<IncidentEvent, { type: (typeof holdEvents)[number] }>;

export function isHoldEvent(event: IncidentEvent): event is HoldEvent {
  return holdEvents.some((type) => type === event.type);
}

export function afterHoldEvent({ held, snooze }: Quiet, event: HoldEvent): Quiet {
  switch (event.type) {
    case 'held': {
      const { hold: id, name, until } = event;
      return { held: { id, name, until }, snooze };
    }
    case 'released':
      return { held: undefined, snooze };
    case 'snoozed': {
      const { number, scope, until, why, by } = event;
      return { held, snooze: { number, scope, until, why, by: by.user, ended: false } };
    }
    case 'snooze-ended':
      return { held, snooze: snooze && { ...snooze, ended: true } };
  }
}
