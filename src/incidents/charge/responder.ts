import { type ClickResult, noChange, recorded } from '../click-result.ts';
import type { Decision } from '../journal/store.ts';
import type { Incident } from '../model/incident.ts';
import type { Move } from './move.ts';

/** Of many people who press Take at once, one becomes the responder, and the others are told who. */
export function take({ closed, responder }: Incident, { by, authorize }: Move): Decision<ClickResult> {
  if (closed !== undefined) return noChange({ kind: 'closed', ...closed });
  if (responder !== undefined) return noChange({ kind: 'has-responder', ...responder });
  return recorded(authorize, 'responder', 'taken', { type: 'taken', by });
}

/** Any responder may hand over, because the one who has the incident may be asleep. `mayRespond`: whether `to` has the role. */
export function handOverTo(
  { closed, responder }: Incident,
  { by, authorize }: Move,
  { to, mayRespond }: { readonly to: string; readonly mayRespond: string | undefined },
): Decision<ClickResult> {
  if (closed !== undefined) return noChange({ kind: 'closed', ...closed });
  if (responder?.user === to) return noChange({ kind: 'has-responder', ...responder });
  const handOver = recorded(authorize, 'responder', 'handed-over', { type: 'handed-over', to, by });
  if (handOver.events.length === 0 || mayRespond === undefined) return handOver;
  return noChange({ kind: 'unfit', field: 'to', says: mayRespond });
}
