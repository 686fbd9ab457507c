import type { Incident } from './incident.ts';

const minute = 60_000;

/** Where an incident stands against its tier's RTO. The clock starts at the failure and stops at the recovery. */
export interface RtoClock {
  readonly startedAt: number;
  readonly deadline: number;
  readonly minutesUsed: number;
  /** Negative once the RTO is broken. */
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
    stopped: end !== now || isOver(incident),
    broken: end > deadline,
  };
}

function isOver({ recovered, outcome, closed }: Incident): boolean {
  return recovered !== undefined || outcome !== undefined || closed !== undefined;
}
