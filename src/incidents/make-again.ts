import { type Answer, adjust, type Judge, type Press } from './decisions.ts';
import type { Decision } from './journal/store.ts';
import type { Actor } from './model/events.ts';
import type { Incident } from './model/incident.ts';

/** Makes a request again with the same values, because it could not be shown whole. */
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
