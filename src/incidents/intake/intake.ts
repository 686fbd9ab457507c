import { OpsError } from '../../errors.ts';
import { failureWords } from '../../ports/failure-kind.ts';
import type { Holds } from '../holds/holds.ts';
import type { IncidentStore } from '../journal/store.ts';
import type { IncidentEvent, Opened } from '../model/events.ts';
import { heldBy } from '../model/hold-states.ts';
import { type Incident, isOpen, isWarning } from '../model/incident.ts';
import type { FailureReport, TierObjectives } from './failure-report.ts';
import { incidentIds } from './incident-ids.ts';
import { joiningEvents, started } from './joining.ts';
import { belongsTo, isLongAfter, reopeningEvents } from './reopening.ts';

export interface IntakeResult {
  readonly incident: Incident;
  readonly outcome: 'opened' | 'joined' | 'known';
  /** Whether this report started a playbook. */
  readonly started: boolean;
}

export type Intake = (report: FailureReport) => Promise<IntakeResult>;

/** `launcher`: the incident that launched the job. */
export type SingleIntake = (report: FailureReport, launcher: string | undefined) => Promise<IntakeResult>;

export interface SingleIntakeServices {
  readonly store: IncidentStore;
  readonly region: string;
  /** The first tier with a pattern that matches the job's name. */
  readonly tierOf: (job: string) => TierObjectives | undefined;
  readonly holds: Holds;
}

export interface IntakeServices extends SingleIntakeServices {
  /** The incident that launched this job. */
  readonly incidentOf: (job: string) => Promise<string | undefined>;
}

/**
 * Opens the incident of a job, or joins the existing one. The id derives from the job's name and the number of its
 * earlier incidents, so all reports of a failure lead to the same id, wherever they come from.
 */
export function createIntake(services: IntakeServices): Intake {
  const single = createSingleIntake(services);
  return async (report) => single(report, await services.incidentOf(report.job));
}

/** The intake for a caller that already knows which incident launched the job. */
export function createSingleIntake(services: SingleIntakeServices): SingleIntake {
  const { store, region, tierOf } = services;
  return async (report, launcher) => {
    const tier = tierOf(report.job);
    if (tier === undefined) throw new OpsError('job-unmatched', report.job);
    const failedAgain = launcher === undefined ? undefined : await joinLauncher(store, launcher, report);
    if (failedAgain !== undefined) return failedAgain;
    for (const id of incidentIds(region, report.job)) {
      // Join first: most reports are about an open incident.
      const result = (await join(store, id, report)) ?? (await open(services, id, tier, report));
      if (result !== 'over') return result;
    }
    throw new OpsError('unexpected', `${report.job} has had too many incidents`);
  };
}

/** Incidents that a person starts are never held back. */
async function open(
  { store, region, holds }: SingleIntakeServices,
  id: string,
  tier: TierObjectives,
  report: FailureReport,
): Promise<IntakeResult | 'over'> {
  const { job, kind, by } = report;
  const hold = by === undefined ? await holds.over({ job, kind, tier: tier.name }) : undefined;
  if (hold !== undefined) await holds.keep(id);
  const { incident, isNew } = await store.open([...openingEvents(id, region, tier, report), ...heldBy(hold)]);
  if (isNew) return { incident, outcome: 'opened', started: report.plan !== undefined };
  // Another process opened it first.
  return (await join(store, id, report)) ?? 'over';
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

/** An alarm from before the close of the incident is old news. A person's command never is. */
function isOldNews(incident: Incident, { alarm, by }: FailureReport): boolean {
  return by === undefined && incident.closed !== undefined && alarm.at <= incident.closed.at;
}

function openingEvents(
  id: string,
  region: string,
  tier: TierObjectives,
  report: FailureReport,
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

/** Undefined if there is no such incident; `over` if the report needs a new one. */
async function join(
  store: IncidentStore,
  id: string,
  report: FailureReport,
): Promise<IntakeResult | 'over' | undefined> {
  const joined = await store.amend<Omit<IntakeResult, 'incident'> | 'over'>(id, (present) => {
    if (isOver(present, report) && !isOldNews(present, report)) return { events: [], answer: 'over' };
    const again = isOpen(present) ? reopeningEvents(present, report) : [];
    const events = again.length > 0 ? again : joiningEvents(present, report);
    return { events, answer: resultOf(events) };
  });
  if (joined === undefined) return undefined;
  const { incident, answer } = joined;
  return answer === 'over' ? 'over' : { incident, ...answer };
}

/** A failure of a job that a recovery launched belongs to the incident of that recovery, even after some training. */
async function joinLauncher(
  store: IncidentStore,
  id: string,
  report: FailureReport,
): Promise<IntakeResult | undefined> {
  const { incident, answer } = await store.transact<Omit<IntakeResult, 'incident'> | undefined>(
    id,
    (present) => {
      const again = belongsTo(present, report);
      const unrecovered = isOpen(present) && present.recovered === undefined;
      if (!again && !unrecovered) return { events: [], answer: undefined };
      const events = again ? reopeningEvents(present, report) : launchFailureEvents(present, report);
      return { events, answer: resultOf(events) };
    },
  );
  return answer && { incident, ...answer };
}

function resultOf(events: readonly IncidentEvent[]): Omit<IntakeResult, 'incident'> {
  return {
    outcome: events.length > 0 ? 'joined' : 'known',
    started: events.some(({ type }) => type === 'playbook-started'),
  };
}

function launchFailureEvents(incident: Incident, report: FailureReport): readonly IncidentEvent[] {
  const { job, plan, kind, by } = report;
  const noted = joiningEvents(incident, { ...report, plan: undefined });
  // A change in progress ends first, a system failure handles its own jobs, and a warning is not a failure.
  const busy =
    incident.kind === 'system_failure' ||
    isWarning(kind) ||
    // An alarm has the kind of its rule; SageMaker's own report follows.
    report.alarm.source === 'cloudwatch-alarm' ||
    Object.values(incident.states).some(({ status }) => status === 'changing');
  if (incident.subject === job || plan === undefined || busy || noted.length === 0) return noted;
  return [...noted, { ...started(plan, by), job, kind, why: `${job} failed too: ${failureWords[kind]}` }];
}
