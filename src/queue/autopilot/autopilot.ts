import { pilotRunsOf } from '../../incidents/autopilot/pilot-runs.ts';
import {
  type RequestOnHand,
  requestOnHand,
  whyOnlyPeople,
} from '../../incidents/autopilot/request-on-hand.ts';
import type { IncidentStore } from '../../incidents/journal/store.ts';
import { autopilotOn } from '../../incidents/model/autopilot/autopilot-states.ts';
import type { IncidentEvent } from '../../incidents/model/events.ts';
import type { Incident } from '../../incidents/model/incident.ts';
import { begin, countDown, type DecideDeps } from './decide-on-request.ts';

/** Looks at the open request of an incident: suggests, counts down, approves, or leaves it to people. True if it recorded something. */
export type Autopilot = (incident: string) => Promise<boolean>;

export interface AutopilotDeps extends DecideDeps {
  readonly store: Pick<IncidentStore, 'load' | 'transact' | 'journal'>;
}

/**
 * The journal decides: each event is only recorded if the request, and what people said about it, are still as they were
 * when the event was decided. So two workers approve once, and a person who holds it first wins.
 */
export function createAutopilot(deps: AutopilotDeps): Autopilot {
  return async (id) => {
    const incident = await deps.store.load(id);
    if (await demoted(deps, incident)) return true;
    const request = requestOnHand(incident);
    if (request === undefined) return false;
    const pilot = pilotOn(incident, request);
    if (pilot !== undefined && pilot.status !== 'armed') return false;
    const event = await (pilot === undefined
      ? begin(deps, incident, request)
      : countDown(deps, incident, request, pilot));
    if (event === undefined) return false;
    const { answer } = await deps.store.transact(id, (present) => {
      const holds = isAsBefore(present, request, pilot?.status) && mayAct(deps, present, event);
      return { events: holds ? [event] : [], answer: holds };
    });
    return answer;
  };
}

/** Says in the thread that a change which Autopilot approved has failed. The journals alone decide the demotion. */
async function demoted(
  { store }: Pick<AutopilotDeps, 'store'>,
  { id, autopilot = {} }: Incident,
): Promise<boolean> {
  if (!Object.values(autopilot).some(({ status }) => status === 'approved')) return false;
  const failed = pilotRunsOf(await store.journal(id)).filter(
    ({ approved, end }) => approved && end.outcome === 'failed',
  );
  const { answer } = await store.transact(id, (present) => {
    const events = failed.flatMap(({ key: step, attempt, end: { why } }): readonly IncidentEvent[] =>
      autopilotOn(present, step, attempt)?.status === 'approved'
        ? [{ type: 'autopilot-demoted', step, attempt, why }]
        : [],
    );
    return { events, answer: events.length > 0 };
  });
  return answer;
}

function pilotOn(incident: Incident, { key, state }: RequestOnHand): ReturnType<typeof autopilotOn> {
  return autopilotOn(incident, key, state.attempt);
}

function isAsBefore(present: Incident, request: RequestOnHand, status: string | undefined): boolean {
  const now = requestOnHand(present);
  const isSame = now?.key === request.key && now.state.attempt === request.state.attempt;
  return isSame && now.state.hash === request.state.hash && pilotOn(present, request)?.status === status;
}

/** A person may have paused the incident meanwhile, for example. */
function mayAct(
  { catalog }: Pick<AutopilotDeps, 'catalog'>,
  present: Incident,
  { type }: IncidentEvent,
): boolean {
  if (type === 'autopilot-disarmed') return true;
  const request = requestOnHand(present);
  return request !== undefined && whyOnlyPeople(present, request, catalog) === undefined;
}
