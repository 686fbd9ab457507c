import { OpsError } from '../../errors.ts';
import type { Holds } from '../holds/holds.ts';
import type { IncidentStore } from '../journal/store.ts';
import type { IncidentEvent, Opened } from '../model/events.ts';
import { heldBy } from '../model/hold-states.ts';
import { type Incident, isOpen, isWarning } from '../model/incident.ts';
import { incidentIds } from './incident-ids.ts';
import { joiningEvents, started } from './joining.ts';
import { belongsTo, isLongAfter, reopeningEvents } from './reopening.ts';
import type { Report, TierPromise } from './report.ts';

export interface Taken {
  readonly incident: Incident;
  readonly outcome: 'opened' | 'joined' | 'known';
  /** This report started a playbook; false where the one that runs goes on. */
  readonly started: boolean;
}

export type Intake = (report: Report) => Promise<Taken>;

/** `launcher`: the incident that launched the job. */
export type SingleIntake = (report: Report, launcher: string | undefined) => Promise<Taken>;

export interface SingleIntakeParts {
  readonly store: IncidentStore;
  readonly region: string;
  /** The first tier with a pattern that matches the job's name. */
  readonly tierOf: (job: string) => TierPromise | undefined;
  readonly holds: Holds;
}

export interface IntakeParts extends SingleIntakeParts {
  /** The incident that launched this job. */
  readonly incidentOf: (job: string) => Promise<string | undefined>;
}

/**
 * Opens the incident of a job, or joins the one there is. The id follows from the job's name and the count of its
 * earlier incidents, so whoever reports the same failure, wherever and however often, arrives at the same id.
 */
export function createIntake(parts: IntakeParts): Intake {
  const single = createSingleIntake(parts);
  return async (report) => single(report, await parts.incidentOf(report.job));
}

/** The same for whoever knows already what has launched the job. */
export function createSingleIntake(parts: SingleIntakeParts): SingleIntake {
  const { store, region, tierOf } = parts;
  return async (report, launcher) => {
    const tier = tierOf(report.job);
    if (tier === undefined) throw new OpsError('job-unmatched', report.job);
    const failedAgain = launcher === undefined ? undefined : await goOn(store, launcher, report);
    if (failedAgain !== undefined) return failedAgain;
    for (const id of incidentIds(region, report.job)) {
      // Most reports are about what is open already.
      const taken = (await join(store, id, report)) ?? (await open(parts, id, tier, report));
      if (taken !== 'over') return taken;
    }
    throw new OpsError('unexpected', `${report.job} has had too many incidents`);
  };
}

/** What a person asks for is never held back. */
async function open(
  { store, region, holds }: SingleIntakeParts,
  id: string,
  tier: TierPromise,
  report: Report,
): Promise<Taken | 'over'> {
  const { job, kind, by } = report;
  const hold = by === undefined ? await holds.over({ job, kind, tier: tier.name }) : undefined;
  if (hold !== undefined) await holds.keep(id);
  const { incident, isNew } = await store.open([...openingEvents(id, region, tier, report), ...heldBy(hold)]);
  if (isNew) return { incident, outcome: 'opened', started: report.plan !== undefined };
  // Somebody else was faster.
  return (await join(store, id, report)) ?? 'over';
}

/**
 * A warning is over when the job is out of danger, although its incident may still wait to be written down: the same
 * job trains on, and what befalls it later is something new.
 */
function isOver(incident: Incident, report: Report): boolean {
  const { recovered, kind } = incident;
  if (!isOpen(incident)) return true;
  if (report.by !== undefined || recovered === undefined) return false;
  return isWarning(kind) ? report.alarm.at > recovered.at : isLongAfter(incident, report);
}

/** An alarm from before the incident was closed tells nothing new; a person who starts anew always means it. */
function isOldNews(incident: Incident, { alarm, by }: Report): boolean {
  return by === undefined && incident.closed !== undefined && alarm.at <= incident.closed.at;
}

function openingEvents(
  id: string,
  region: string,
  tier: TierPromise,
  report: Report,
): readonly [Opened, ...IncidentEvent[]] {
  const { job, kind, alarm, plan, by } = report;
  const opened: Opened = {
    type: 'opened',
    incident: id,
    job,
    region,
    tier: tier.name,
    kind,
    rtoMinutes: tier.rtoMinutes,
    rpoMinutes: tier.rpoMinutes,
    alarm,
  };
  return plan === undefined ? [opened] : [opened, started(plan, by)];
}

/** Undefined where there is no such incident; `over`: the report is about something new. */
async function join(store: IncidentStore, id: string, report: Report): Promise<Taken | 'over' | undefined> {
  const joined = await store.amend<Omit<Taken, 'incident'> | 'over'>(id, (present) => {
    if (isOver(present, report) && !isOldNews(present, report)) return { events: [], answer: 'over' };
    const again = isOpen(present) ? reopeningEvents(present, report) : [];
    const events = again.length > 0 ? again : joiningEvents(present, report);
    return { events, answer: whatCameOf(events) };
  });
  if (joined === undefined) return undefined;
  const { incident, answer } = joined;
  return answer === 'over' ? 'over' : { incident, ...answer };
}

/** A job that a recovery launched and that fails too is the same trouble, also when it had trained for a while. */
async function goOn(store: IncidentStore, id: string, report: Report): Promise<Taken | undefined> {
  const { incident, answer } = await store.transact<Omit<Taken, 'incident'> | undefined>(id, (present) => {
    const again = belongsTo(present, report);
    const under = isOpen(present) && present.recovered === undefined;
    if (!again && !under) return { events: [], answer: undefined };
    const events = again ? reopeningEvents(present, report) : goingOnEvents(present, report);
    return { events, answer: whatCameOf(events) };
  });
  return answer && { incident, ...answer };
}

function whatCameOf(events: readonly IncidentEvent[]): Omit<Taken, 'incident'> {
  return {
    outcome: events.length > 0 ? 'joined' : 'known',
    started: events.some(({ type }) => type === 'playbook-started'),
  };
}

function goingOnEvents(incident: Incident, report: Report): readonly IncidentEvent[] {
  const { job, plan, kind, by } = report;
  const noted = joiningEvents(incident, { ...report, plan: undefined });
  // What is under way is seen to its end first, a series of jobs looks after them itself, and a warning is no failure.
  const busy =
    incident.kind === 'system_failure' ||
    isWarning(kind) ||
    // An alarm has the kind of its rule: SageMaker's own word follows.
    report.alarm.source === 'cloudwatch-alarm' ||
    Object.values(incident.states).some(({ status }) => status === 'changing');
  if (incident.subject === job || plan === undefined || busy || noted.length === 0) return noted;
  return [...noted, { ...started(plan, by), job, kind, why: `${job} failed too: ${kind}` }];
}
