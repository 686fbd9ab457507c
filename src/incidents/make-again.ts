import { type Answer, adjust, type Judge, type Press } from './decisions.ts';
import type { Actor } from './events.ts';
import type { Incident } from './incident.ts';
import type { Decision } from './store.ts';

/** A request that could not be shown whole is made again with the same values, and shown anew. */
export function makeAgain(
  incident: Incident,
  press: Press,
  by: Actor,
  judge: Judge,
  now: number,
): Decision<Answer> {
  const answers = incident.adjusted[press.step] ?? {};
  return adjust(incident, press, by, judge, { role: 'responder', answers }, now);
}
