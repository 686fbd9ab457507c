import type { AlarmEvent } from './alarm-states.ts';
import type { IncidentEvent } from './events.ts';
import { type Incident, isOpen, isWarning } from './incident.ts';

/** What the RTO clock of an incident is set by. */
type Clock = Pick<Incident, 'failedAt' | 'dated' | 'tier' | 'rtoMinutes' | 'rpoMinutes'>;

type JobJoined = Extract<IncidentEvent, { type: 'job-joined' }>;

/** News come in any order, and the clock starts at the earliest. It does not move any more once it has stopped. */
export function afterAlarm(incident: Incident, event: AlarmEvent): Pick<Clock, 'failedAt' | 'dated'> {
  const { failedAt, dated } = incident;
  if (event.type !== 'alarm-joined' || incident.recovered !== undefined || !isOpen(incident))
    return { failedAt, dated };
  const { job, source, at } = event.alarm;
  // What befell another job, or was only warned of, is not what broke.
  const beside = job !== undefined || source === 'rpo-watch' || isWarning(incident.kind);
  return beside || source === 'person'
    ? { failedAt, dated }
    : { failedAt: Math.min(failedAt, at), dated: true };
}

/** The clock of many jobs is that of the most urgent of them, and starts when the first one broke. */
export function afterJob(incident: Incident, { at, tier, promise }: JobJoined): Omit<Clock, 'dated'> {
  const { failedAt, rtoMinutes, rpoMinutes } = incident;
  const present = { tier: incident.tier, rtoMinutes, rpoMinutes };
  const urgent = promise !== undefined && promise.rtoMinutes < rtoMinutes ? { tier, ...promise } : present;
  return { failedAt: Math.min(failedAt, at), ...urgent };
}
