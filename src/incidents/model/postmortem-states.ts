import type { WrittenPostmortem } from '../../postmortem/written-postmortem.ts';
import type { EventOf, IncidentEvent } from './events.ts';

/** A postmortem that no step wrote. */
export interface ClosingPostmortem {
  readonly at: number;
  readonly result: WrittenPostmortem;
}

/** What people have done after the end of an incident. */
export interface Aftermath {
  readonly closingPostmortems?: readonly ClosingPostmortem[];
  /** Who completed each follow-up, by its number. */
  readonly followUpsDone?: { readonly [number: number]: { readonly by: string; readonly at: number } };
}

type PostmortemEvent = EventOf<'postmortem-written' | 'follow-up-done'>;

export function isPostmortemEvent(event: IncidentEvent): event is PostmortemEvent {
  return event.type === 'postmortem-written' || event.type === 'follow-up-done';
}

export function afterPostmortemEvent(
  { closingPostmortems = [], followUpsDone }: Aftermath,
  event: PostmortemEvent,
  at: number,
): Aftermath {
  if (event.type === 'postmortem-written')
    return { closingPostmortems: [...closingPostmortems, { at, result: event.result }] };
  return { followUpsDone: { ...followUpsDone, [event.number]: { by: event.by.user, at } } };
}
