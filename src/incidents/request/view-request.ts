import { type Authorize, authorized, type ClickResult, noChange } from '../click-result.ts';
import type { Decision } from '../journal/store.ts';
import type { Actor } from '../model/events.ts';
import { type Incident, viewKey } from '../model/incident.ts';
import type { FoundRequest } from './find-request.ts';

/** Views of the same request by the same person within this time are recorded once. */
const viewedAgainMs = 10 * 60_000;

export interface Viewing {
  readonly step: string;
  readonly attempt: number;
  readonly found: FoundRequest | undefined;
}

/**
 * Shows a responder the full request of a change and records who opened it. The request stays readable for the life of
 * the incident, even after a later attempt and after the incident is closed.
 */
export function viewRequest(
  incident: Incident,
  { step, attempt, found }: Viewing,
  by: Actor,
  authorize: Authorize,
  now: number,
): Decision<ClickResult> {
  const show = (): Decision<ClickResult> => {
    if (found === undefined) return noChange({ kind: 'old-copy' });
    const last = incident.viewed?.[viewKey({ step, attempt }, by.user)];
    const known = last !== undefined && now - last < viewedAgainMs;
    return {
      events: known ? [] : [{ type: 'request-viewed', step, attempt, by }],
      answer: { kind: 'shown', proposal: found.proposal, hash: found.hash },
    };
  };
  return authorized(authorize, 'responder', show, 'read');
}
