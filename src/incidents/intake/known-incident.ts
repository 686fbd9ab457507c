import type { IncidentStore } from '../journal/store.ts';
import type { IncidentEvent } from '../model/events.ts';
import { type Incident, isOpen, isWarning } from '../model/incident.ts';
import type { FailureReport } from './failure-report.ts';
import { joiningEvents } from './joining.ts';
import { launchFailureEvents } from './launch-failures.ts';
import { belongsTo, isLongAfter, reopeningEvents } from './reopening.ts';

export interface IntakeResult {
  readonly incident: Incident;
  readonly outcome: 'opened' | 'joined' | 'known';
  /** Whether this report started a playbook. */
  readonly started: boolean;
}

type Outcome = Omit<IntakeResult, 'incident'>;

/** Undefined if there is no such incident; `over` if the report needs a new one. */
export async function join(
  store: IncidentStore,
  id: string,
  report: FailureReport,
): Promise<IntakeResult | 'over' | undefined> {
  const joined = await store.amend<Outcome | 'over'>(id, (present) => {
    if (isOver(present, report) && !isOldNews(present, report)) return { events: [], answer: 'over' };
    const again = isOpen(present) ? reopeningEvents(present, report) : [];
    const events = again.length > 0 ? again : joiningEvents(present, report);
    return { events, answer: resultOf(events) };
  });
  if (joined === undefined) return undefined;
  const { incident, answer } = joined;
  return answer === 'over' ? 'over' : { incident, ...answer };
}

/**
 * A failure of a job that a recovery launched belongs to the incident of that recovery, even after some training. Undefined
 * if it is a new failure, which needs an incident of its own.
 */
export async function joinLauncher(
  store: IncidentStore,
  id: string,
  report: FailureReport,
): Promise<IntakeResult | undefined> {
  const { incident, answer } = await store.transact<Outcome | undefined>(id, (present) => {
    const events = launchedJobEvents(present, report);
    return { events: events ?? [], answer: events && resultOf(events) };
  });
  return answer && { incident, ...answer };
}

function launchedJobEvents(present: Incident, report: FailureReport): readonly IncidentEvent[] | undefined {
  // A person who starts a playbook after the close wants a new incident.
  if (report.by !== undefined && !isOpen(present)) return undefined;
  if (isOpen(present) && present.recovered === undefined) return launchFailureEvents(present, report);
  if (!belongsTo(present, report)) return isOldNews(present, report) ? noted(present, report) : undefined;
  const again = reopeningEvents(present, report);
  return again.length > 0 ? again : noted(present, report);
}

/** Late news is recorded, and starts nothing. */
function noted(incident: Incident, report: FailureReport): readonly IncidentEvent[] {
  return report.by === undefined ? joiningEvents(incident, { ...report, plan: undefined }) : [];
}

function resultOf(events: readonly IncidentEvent[]): Outcome {
  return {
    outcome: events.length > 0 ? 'joined' : 'known',
    started: events.some(({ type }) => type === 'playbook-started'),
  };
}

/**
 * Whether the incident no longer covers the report. A warning is over once the job is out of danger, even if its
 * postmortem is still open: the same job trains on, and any later failure is a new incident.
 */
function isOver(incident: Incident, report: FailureReport): boolean {
  const { recovered, kind } = incident;
  if (!isOpen(incident)) return true;
  if (report.by !== undefined || recovered === undefined) return false;
  return isWarning(kind) ? report.alarm.at > recovered.at : isLongAfter(incident, report);
}

/**
 * News that is not newer than the recovery, or than the close of an incident without one, is old, however late it arrives.
 * What happened between the recovery and the close is a new failure. A person's command is never old.
 */
function isOldNews({ recovered, closed }: Incident, { alarm, by }: FailureReport): boolean {
  const end = recovered ?? closed;
  return by === undefined && end !== undefined && alarm.at <= end.at;
}
