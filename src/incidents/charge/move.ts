import type { Authorize } from '../click-result.ts';
import type { Actor } from '../model/events.ts';

/** A person's move on the incident as a whole. */
export interface Move {
  readonly by: Actor;
  readonly authorize: Authorize;
  readonly now: number;
}
