import type { EventOf, IncidentEvent } from './events.ts';
import type { Hold, Silence } from './hold.ts';

/** The hold on the incident's thread, the last silence that was set on it, and the halts of all changes. */
export interface Quiet {
  readonly held?: Hold | undefined;
  readonly silence?: Silence | undefined;
  /** When all changes were halted while the incident was open, oldest first. */
  readonly halts?: readonly HaltPeriod[];
}

/** `since` identifies the halt. */
export interface HaltPeriod extends Omit<EventOf<'changes-halted'>, 'type' | 'by'> {
  readonly by?: string | undefined;
  readonly ended?: { readonly at: number; readonly by?: string | undefined };
}

const holdEvents = [
  'held',
  'released',
  'snoozed',
  'snooze-ended',
  'changes-halted',
  'changes-resumed',
] as const;
type HoldEvent = Extract<IncidentEvent, { type: (typeof holdEvents)[number] }>;

export function isHoldEvent(event: IncidentEvent): event is HoldEvent {
  return holdEvents.some((type) => type === event.type);
}

export function afterHoldEvent({ held, silence, halts = [] }: Quiet, event: HoldEvent, at: number): Quiet {
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
    case 'changes-halted': {
      const { since, why, source, by } = event;
      return { halts: [...halts, { since, why, source, by: by?.user }] };
    }
    case 'changes-resumed':
      return {
        halts: halts.map((one) =>
          one.since === event.since ? { ...one, ended: { at, by: event.by?.user } } : one,
        ),
      };
  }
}

/** The event that records a hold on a new incident; empty without a hold. */
export function heldBy(hold: Hold | undefined): readonly IncidentEvent[] {
  if (hold === undefined) return [];
  const { id, name, until } = hold;
  return [{ type: 'held', hold: id, name, until }];
}

/** The halt that the thread knows of and that has not ended. */
export function presentHalt({ halts = [] }: Quiet): HaltPeriod | undefined {
  return halts.find(({ ended }) => ended === undefined);
}
