import { OpsError } from '../errors.ts';
import type { IncidentKind } from '../playbooks/define.ts';
import { alarmEvents, type Flapping } from './alarm-events.ts';
import type { Actor, Alarm, IncidentEvent, Opened } from './events.ts';
import { type Incident, isOpen, isWarning } from './incident.ts';
import { incidentIds } from './incident-ids.ts';
import type { IncidentStore } from './store.ts';

/** A tier's promise, as relight.yaml gives it. */
export interface TierPromise {
  readonly name: string;
  readonly rtoMinutes: number;
  readonly rpoMinutes: number;
}

/** The playbook an incident starts with. */
export interface Plan {
  readonly id: string;
  readonly steps: readonly string[];
}

export interface Report {
  readonly job: string;
  readonly kind: IncidentKind;
  readonly alarm: Alarm;
  readonly plan?: Plan | undefined;
  /** Set while the alarm changes so often that its changes are no news. */
  readonly flapping?: Flapping | undefined;
  /** Set when a person asked for it by command: then a closed incident of the same job does not swallow the request. */
  readonly by?: Actor;
}

export interface Taken {
  readonly incident: Incident;
  readonly outcome: 'opened' | 'joined' | 'known';
}

export type Intake = (report: Report) => Promise<Taken>;

export interface IntakeParts {
  readonly store: IncidentStore;
  readonly region: string;
  /** The first tier with a pattern that matches the job's name. */
  readonly tierOf: (job: string) => TierPromise | undefined;
  /** The incident that launched this job. */
  readonly incidentOf: (job: string) => Promise<string | undefined>;
}

/**
 * Opens the incident of a job, or joins the one there is. The id follows from the job's name and the count of its
 * earlier incidents, so whoever reports the same failure, wherever and however often, arrives at the same id.
 */
export function createIntake({ store, region, tierOf, incidentOf }: IntakeParts): Intake {
  return async (report) => {
    const tier = tierOf(report.job);
    if (tier === undefined) throw new OpsError('job-unmatched', report.job);
    const launcher = await incidentOf(report.job);
    const failedAgain = launcher === undefined ? undefined : await goOn(store, launcher, report);
    if (failedAgain !== undefined) return failedAgain;
    for (const id of incidentIds(region, report.job)) {
      const { incident, isNew } = await store.open(openingEvents(id, region, tier, report));
      if (isNew) return { incident, outcome: 'opened' };
      if (!isOver(incident, report) || isOldNews(incident, report)) return join(store, incident, report);
    }
    throw new OpsError('unexpected', `${report.job} has had too many incidents`);
  };
}

/**
 * A warning is over when the job is out of danger, although its incident may still wait to be written down: the same
 * job trains on, and what befalls it later is something new.
 */
function isOver(incident: Incident, { alarm }: Report): boolean {
  const { recovered, kind } = incident;
  return !isOpen(incident) || (isWarning(kind) && recovered !== undefined && alarm.at > recovered.at);
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

type Started = Extract<IncidentEvent, { type: 'playbook-started' }>;

function started(plan: Plan, by: Actor | undefined): Started {
  return {
    type: 'playbook-started',
    playbook: plan.id,
    steps: [...plan.steps],
    ...(by === undefined ? {} : { by }),
  };
}

async function join(store: IncidentStore, found: Incident, report: Report): ReturnType<Intake> {
  const { incident, answer } = await store.transact<'joined' | 'known'>(found.id, (present) => {
    const events = joiningEvents(present, report);
    return { events, answer: events.length > 0 ? 'joined' : 'known' };
  });
  return { incident, outcome: answer };
}

/** A job that a recovery launched and that fails too is the same trouble; one that had trained is a new one. */
async function goOn(store: IncidentStore, id: string, report: Report): Promise<Taken | undefined> {
  const { incident, answer } = await store.transact<Taken['outcome'] | undefined>(id, (present) => {
    if (!isOpen(present) || present.recovered !== undefined) return { events: [], answer: undefined };
    const events = goingOnEvents(present, report);
    return { events, answer: events.length > 0 ? 'joined' : 'known' };
  });
  return answer && { incident, outcome: answer };
}

function goingOnEvents(incident: Incident, report: Report): readonly IncidentEvent[] {
  const { job, plan, kind, by } = report;
  const noted = joiningEvents(incident, { ...report, plan: undefined });
  // What is under way is seen to its end first, a series of jobs looks after them itself, and a warning is no failure.
  const busy =
    incident.kind === 'system_failure' ||
    isWarning(kind) ||
    Object.values(incident.states).some(({ status }) => status === 'changing');
  if (incident.subject === job || plan === undefined || busy || noted.length === 0) return noted;
  return [...noted, { ...started(plan, by), job, kind, why: `${job} failed too: ${kind}` }];
}

/** The same alarm is noted once; a playbook is started where the incident had none yet. */
function joiningEvents(incident: Incident, report: Report): readonly IncidentEvent[] {
  const { job, alarm, plan, flapping } = report;
  const about = job === incident.job ? alarm : { ...alarm, job };
  return [
    ...alarmEvents(incident, about, 'alarm-joined', flapping),
    ...(plan === undefined ? [] : startingEvents(incident, plan, report)),
  ];
}

/**
 * A playbook starts where there was none yet, where a person wants another one, or the failed one from its start, and
 * where what was only a warning has come true.
 */
function startingEvents(incident: Incident, plan: Plan, report: Report): readonly IncidentEvent[] {
  if (!isOpen(incident)) return [];
  if (incident.playbook === undefined) return [started(plan, report.by)];
  const states = incident.pinned.map((step) => incident.states[step]?.status);
  if (incident.recovered !== undefined || states.includes('changing')) return [];
  const { by, kind, alarm } = report;
  if (by === undefined)
    return hasComeTrue(incident, report) ? [{ ...started(plan, by), ...cameTrue(kind, alarm) }] : [];
  const another = incident.playbook !== plan.id || states.includes('failed');
  return another ? [{ ...started(plan, by), kind, chosen: true, why: 'a person started it' }] : [];
}

/** An alarm from before the warning is no news of what it warns of. */
function hasComeTrue(incident: Incident, { alarm, kind }: Report): boolean {
  return isWarning(incident.kind) && !isWarning(kind) && alarm.at > incident.failedAt;
}

function cameTrue(kind: IncidentKind, { at }: Alarm): Pick<Started, 'kind' | 'failedAt' | 'why'> {
  return { kind, failedAt: at, why: `what it warned of has happened: ${kind}` };
}
