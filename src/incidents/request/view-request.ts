import type { Answer, Judge } from '../decisions.ts';
import type { Decision } from '../journal/store.ts';
import type { Actor } from '../model/events.ts';
import { type Incident, viewKey } from '../model/incident.ts';
import type { FoundRequest } from './find-request.ts';

/** A person who opens a request again within this time is recorded once. */
const viewedAgainMs = 10 * 60_000;

/** What the person wants to read, and the request that the journal has for it. */
export interface Viewing {
  readonly step: string;
  readonly attempt: number;
  readonly found: FoundRequest | undefined;
}

/**
 * The whole request of a change: it is for responders, and who opened it is recorded. It stays readable for the life
 * of the incident, also after a later try and after the incident was closed.
 */
export function viewRequest(
  incident: Incident,
  { step, attempt, found }: Viewing,
  by: Actor,
  judge: Judge,
  now: number,
): Decision<Answer> {
  const verdict = judge({ effect: 'other', role: 'responder', approvedBy: [] });
  if (!verdict.allowed) return { events: [], answer: { kind: 'refused', says: verdict.says } };
  if (found === undefined) return { events: [], answer: { kind: 'old-copy' } };
  const last = incident.viewed?.[viewKey({ step, attempt }, by.user)];
  const known = last !== undefined && now - last < viewedAgainMs;
  return {
    events: known ? [] : [{ type: 'request-viewed', step, attempt, by }],
    answer: { kind: 'shown', proposal: found.proposal, hash: found.hash },
  };
}
