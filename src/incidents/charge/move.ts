import { type Authorize, authorized, type ClickResult } from '../click-result.ts';
import type { Decision } from '../journal/store.ts';
import type { Actor } from '../model/events.ts';

/** A person's move on the incident as a whole. */
export interface Move {
  readonly by: Actor;
  readonly authorize: Authorize;
  readonly now: number;
}

/** Whether the person may act on incidents at all. Records nothing. */
export function mayAct(authorize: Authorize): Decision<ClickResult> {
  return authorized(authorize, 'responder', () => ({
    events: [],
    answer: { kind: 'recorded', what: 'taken' },
  }));
}
