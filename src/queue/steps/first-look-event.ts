import type { IncidentEvent } from '../../incidents/model/events.ts';
import { type Incident, isWarning, runOf, stateOf } from '../../incidents/model/incident.ts';
import { keyInRun } from '../../playbooks/define/steps.ts';
import { type Found, firstLookKey, foundIn } from '../../playbooks/first-look.ts';

/** Where nobody says that it is broken, an incident about something healthy ends by itself. */
const patienceMs = 15 * 60_000;

/** What follows from the first look at what a person has named: when it failed, or that nothing has. */
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

/** What a person calls broken, and AWS does not, is down since they have asked. */
function dated({ failedAt, kind }: Incident, { look }: Found): IncidentEvent {
  // An endpoint has no kind of failure of its own, and a whole Region more than that of one job.
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
  return isOld ? { type: 'closed', why: `${look.says}, and nobody has said that it is broken` } : undefined;
}
