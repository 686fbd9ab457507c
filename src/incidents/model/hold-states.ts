import type { IncidentEvent } from './events.ts';
import type { Hold, Silence } from './hold.ts';

/** The hold on the incident's thread, and the last silence that was set on it. */
export interface Quiet {
  readonly held?: Hold | undefined;
  readonly silence?: Silence | undefined;
}

const holdEvents = ['held', 'released', 'snoozed', 'snooze-ended'] as const;
type HoldEvent = Extract<IncidentEvent, { type: (typeof holdEvents)[number] }>;

export function isHoldEvent(event: IncidentEvent): event is HoldEvent {
  return holdEvents.some((type) => type === event.type);
}

export function afterHoldEvent({ held, silence }: Quiet, event: HoldEvent): Quiet {
  switch (event.type) {
    case 'held': {
      const { hold: id, name, until } = event;
      return { held: { id, name, until }, silence };
    }
    case 'released':
      return { held: undefined, silence };
    case 'snoozed': {
      const { number, scope, until, why, by } = event;
      return { held, silence: { number, scope, until, why, by: by.user, ended: false } };
    }
    case 'snooze-ended':
      return { held, silence: silence && { ...silence, ended: true } };
  }
}

/** The event that records a hold on a new incident; empty without a hold. */
export function heldBy(hold: Hold | undefined): readonly IncidentEvent[] {
  if (hold === undefined) return [];
  const { id, name, until } = hold;
  return [{ type: 'held', hold: id, name, until }];
}
