import { type ClickResult, noChange, recorded } from '../click-result.ts';
import type { Decision } from '../journal/store.ts';
import { escalationLevels } from '../model/calls/escalation-events.ts';
import { highestCalled, presentLevels } from '../model/calls/escalation-states.ts';
import type { Incident } from '../model/incident.ts';
import type { Move } from './move.ts';

/**
 * Stops the repetitions of a call; the next level still calls. `level`: the one of the message that the person saw.
 * Without it, the last call.
 */
export function acknowledge(
  { closed, called }: Incident,
  { by, authorize }: Move,
  level: string,
): Decision<ClickResult> {
  if (closed !== undefined) return noChange({ kind: 'closed', ...closed });
  const named = escalationLevels.some((one) => one === level);
  const found = named ? presentLevels(called).find((one) => one.level === level) : highestCalled(called);
  if (found === undefined) return noChange({ kind: 'not-called' });
  if (found.acknowledged !== undefined) return noChange({ kind: 'acknowledged', ...found.acknowledged });
  return recorded(authorize, 'responder', 'escalation-acknowledged', {
    type: 'escalation-acknowledged',
    level: found.level,
    by,
  });
}
