import { alarmEvents } from '../model/alarm-events.ts';
import { type Incident, isOpen } from '../model/incident.ts';
import { incidentIds } from './incident-ids.ts';
import type { IntakeParts } from './intake.ts';
import type { Report } from './report.ts';

/** Notes in its incident that an alarm is OK again; undefined where there is none that it could be news for. */
export type Calm = (report: Pick<Report, 'job' | 'alarm' | 'flapping'>) => Promise<Incident | undefined>;

export interface CalmParts extends Pick<IntakeParts, 'store' | 'region' | 'incidentOf'> {
  /** The incident about many jobs on whose board the job stands. */
  readonly outageOf: (job: string) => Promise<string | undefined>;
}

export function createCalm({ store, region, incidentOf, outageOf }: CalmParts): Calm {
  return async ({ job, alarm, flapping }) => {
    const id =
      (await incidentOf(job)) ?? (await openIncident({ store, region }, job)) ?? (await outageOf(job));
    if (id === undefined) return undefined;
    const { incident } = await store.transact(id, (present) => ({
      events: alarmEvents(present, alarm, 'alarm-cleared', flapping),
      answer: undefined,
    }));
    return incident;
  };
}

/** The one incident of the job that is not closed. */
export async function openIncident(
  { store, region }: Pick<IntakeParts, 'store' | 'region'>,
  job: string,
): Promise<string | undefined> {
  for (const id of incidentIds(region, job)) {
    const incident = await store.find(id);
    if (incident === undefined) return undefined;
    if (isOpen(incident)) return id;
  }
  return undefined;
}
