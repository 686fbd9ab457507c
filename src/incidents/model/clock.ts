import type { AlarmEvent } from './alarm-states.ts';
import type { EventOf } from './events.ts';
import { type Incident, isOpen, isWarning } from './incident.ts';

const minute = 60_000;

/** An incident's time against its tier's RTO. The clock starts at the failure and stops at the recovery. */
export interface RtoClock {
  readonly startedAt: number;
  readonly deadline: number;
  readonly minutesUsed: number;
  /** Negative once the RTO is missed. */
  readonly minutesLeft: number;
  readonly stopped: boolean;
  readonly broken: boolean;
}

export function rtoClock(incident: Incident, now: number): RtoClock {
  const end = incident.recovered?.at ?? incident.outcome?.at ?? incident.closed?.at ?? now;
  const deadline = incident.failedAt + incident.rtoMinutes * minute;
  return {
    startedAt: incident.failedAt,
    deadline,
    minutesUsed: Math.max(0, Math.floor((end - incident.failedAt) / minute)),
    minutesLeft: Math.floor((deadline - end) / minute),
    stopped: isOver(incident),
    broken: end > deadline,
  };
}

function isOver({ recovered, outcome, closed }: Incident): boolean {
  return recovered !== undefined || outcome !== undefined || closed !== undefined;
}

type ClockFields = Pick<Incident, 'failedAt' | 'dated' | 'tier' | 'rtoMinutes' | 'rpoMinutes'>;

/** Alarms arrive in any order, and the clock starts at the earliest one. Once it has stopped, its start no longer moves. */
export function afterAlarm(incident: Incident, event: AlarmEvent): Pick<ClockFields, 'failedAt' | 'dated'> {
  const { failedAt, dated } = incident;
  if (event.type !== 'alarm-joined' || incident.recovered !== undefined || !isOpen(incident))
    return { failedAt, dated };
  const { job, source, at } = event.alarm;
  // Alarms about other jobs and mere warnings do not move the start of the clock.
  const unrelated = job !== undefined || source === 'rpo-watch' || isWarning(incident.kind);
  return unrelated || source === 'person'
    ? { failedAt, dated }
    : { failedAt: Math.min(failedAt, at), dated: true };
}

/** An incident with many jobs has the clock of the most urgent one, starting at the first failure. */
export function afterJob(
  incident: Incident,
  { at, tier, promise }: EventOf<'job-joined'>,
): Omit<ClockFields, 'dated'> {
  const { failedAt, rtoMinutes, rpoMinutes } = incident;
  const present = { tier: incident.tier, rtoMinutes, rpoMinutes };
  const urgent = promise !== undefined && promise.rtoMinutes < rtoMinutes ? { tier, ...promise } : present;
  return { failedAt: Math.min(failedAt, at), ...urgent };
}
