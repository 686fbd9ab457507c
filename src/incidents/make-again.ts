import { type Answer, adjust, type Judge, type Press } from './decisions.ts';
import type { Actor } from './events.ts';
import type { Incident } from './incident.ts';
import type { Decision } from './store.ts';

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
