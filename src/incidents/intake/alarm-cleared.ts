import { alarmEvents } from '../model/alarm-states.ts';
import type { Incident } from '../model/incident.ts';
import type { FailureReport } from './failure-report.ts';
import { openIncident } from './incident-ids.ts';
import type { IntakeServices } from './intake.ts';

/** Records in the incident that an alarm is OK again; returns undefined if no incident is concerned. */
export type ClearAlarm = (
  report: Pick<FailureReport, 'job' | 'alarm' | 'flapping'>,
) => Promise<Incident | undefined>;

export interface ClearAlarmServices extends Pick<IntakeServices, 'store' | 'region' | 'incidentOf'> {
  /** The incident about many jobs that this job belongs to. */
  readonly outageOf: (job: string) => Promise<string | undefined>;
}

export function createClearAlarm({ store, region, incidentOf, outageOf }: ClearAlarmServices): ClearAlarm {
  return async ({ job, alarm, flapping }) => {
    const id =
      (await incidentOf(job)) ?? (await openIncident({ store, region }, job)) ?? (await outageOf(job));
    if (id === undefined) return undefined;
    return store.record(id, (present) => alarmEvents(present, alarm, 'alarm-cleared', flapping));
  };
}
