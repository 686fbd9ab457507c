import { type Authorize, authorized, type ClickResult } from '../click-result.ts';
import type { Decision } from '../journal/store.ts';
import type { Actor } from '../model/events.ts';
import { type Incident, trailKey } from '../model/incident.ts';

/** Views by the same person within this time are recorded once. */
const viewedAgainMs = 10 * 60_000;

/** Lets a responder read the audit trail, and records who read it. */
export function viewTrail(
  incident: Incident,
  by: Actor,
  authorize: Authorize,
  now: number,
): Decision<ClickResult> {
  return authorized(authorize, 'responder', () => {
    const last = incident.viewed?.[trailKey(by.user)];
    const known = last !== undefined && now - last < viewedAgainMs;
    return { events: known ? [] : [{ type: 'trail-viewed', by }], answer: { kind: 'trail-shown' } };
  });
}
