import type { IncidentEvent } from '../../incidents/model/events.ts';
import { type Incident, isWarning, runOf, stateOf } from '../../incidents/model/incident.ts';
import { keyInRun } from '../../playbooks/define/run-keys.ts';
import { type Found, firstLookKey, foundIn } from '../../playbooks/first-look.ts';

/** An incident about a healthy job or endpoint closes automatically if nobody says that it is broken. */
const patienceMs = 15 * 60_000;

/** Consequences of the first look at what a person named: when it failed, or that nothing failed. */
export function firstLookEvent(incident: Incident, now: number): IncidentEvent | undefined {
  const { results, end, number } = runOf(incident);
  const found = foundIn(results);
  if (found === undefined || end !== 'open') return undefined;
  const { look, isBroken } = found;
  if (look.missing === true) return undefined;
  if (isBroken === false) return { type: 'closed', why: look.says };
  if (!look.failed && isBroken === undefined) return forgotten(incident, found, number, now);
  return incident.dated ? undefined : dated(incident, found);
}

/** If a person says it is broken and AWS does not, the clock starts when they asked. */
function dated({ failedAt, kind }: Incident, { look }: Found): IncidentEvent {
  // An endpoint has no failure kind of its own, and a whole Region has more than one.
  const ofJob =
    kind === 'model_degraded' || kind === 'system_failure' || isWarning(kind) ? undefined : look.kind;
  return {
    type: 'failure-dated',
    at: look.failedAt ?? failedAt,
    ...(ofJob !== undefined && { kind: ofJob }),
  };
}

function forgotten(
  incident: Incident,
  { look }: Found,
  number: number,
  now: number,
): IncidentEvent | undefined {
  const looked = stateOf(incident, keyInRun(firstLookKey, number));
  const isOld = looked.status === 'done' && now - looked.at > patienceMs;
  return isOld ? { type: 'closed', why: `${look.says}, and nobody said that it is broken` } : undefined;
}
