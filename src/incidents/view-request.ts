import type { Answer, Judge, Press } from './decisions.ts';
import type { Actor } from './events.ts';
import { type Incident, stateOf, viewKey } from './incident.ts';
import type { Decision } from './store.ts';

/** A person who opens a request again within this time is recorded once. */
const viewedAgainMs = 10 * 60_000;

/** The whole request of a change: it is for responders, and who opened it is recorded. Closed incidents show theirs too. */
export function viewRequest(
  incident: Incident,
  { step, attempt, hash }: Press,
  by: Actor,
  judge: Judge,
  now: number,
): Decision<Answer> {
  const state = stateOf(incident, step);
  const proposal = 'proposal' in state ? state.proposal : undefined;
  const whole = 'hash' in state ? state.hash : '';
  const verdict = judge({ effect: 'other', role: 'responder', approvedBy: [] });
  if (!verdict.allowed) return { events: [], answer: { kind: 'refused', says: verdict.says } };
  if (proposal === undefined || hash === '' || !whole.startsWith(hash))
    return { events: [], answer: { kind: 'old-copy' } };
  const last = incident.viewed?.[viewKey({ step, attempt }, by.user)];
  const known = last !== undefined && now - last < viewedAgainMs;
  return {
    events: known ? [] : [{ type: 'request-viewed', step, attempt, by }],
    answer: { kind: 'shown', proposal, hash: whole },
  };
}
