import { OpsError } from '../../errors.ts';
import type { Holds } from '../holds/holds.ts';
import type { IncidentStore } from '../journal/store.ts';
import { wasArchived } from '../journal/tombstones.ts';
import type { IncidentEvent, Opened } from '../model/events.ts';
import { heldBy } from '../model/hold-states.ts';
import type { FailureReport, TierObjectives } from './failure-report.ts';
import { incidentIds } from './incident-ids.ts';
import { started } from './joining.ts';
import { type IntakeResult, join, joinLauncher } from './known-incident.ts';

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
    const isGone = launcher === undefined || (await store.tombstones.find(launcher)) !== undefined;
    const failedAgain = isGone ? undefined : await joinLauncher(store, launcher, report);
    if (failedAgain !== undefined) return failedAgain;
    for (const id of incidentIds(region, report.job)) {
      // Join first: most reports are about an open incident.
      const result =
        (await join(store, id, report)) ?? (await openUnlessArchived(services, id, tier, report));
      if (result !== 'over') return result;
    }
    throw new OpsError('unexpected', `${report.job} has had too many incidents`);
  };
}

/** The id of an incident that was archived is taken. News from before its end opens no other incident. */
async function openUnlessArchived(
  services: SingleIntakeServices,
  id: string,
  tier: TierObjectives,
  report: FailureReport,
): Promise<IntakeResult | 'over'> {
  const left = await services.store.tombstones.find(id);
  if (left === undefined) return open(services, id, tier, report);
  if (report.by === undefined && report.alarm.at <= left.endedAt) throw wasArchived(left);
  return 'over';
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

/** The first events of an incident. */
export function openingEvents(
  id: string,
  region: string,
  tier: TierObjectives,
  report: FailureReport,
): readonly [Opened, ...IncidentEvent[]] {
  const { job, kind, alarm, plan, by } = report;
  const { name, rtoMinutes, rpoMinutes } = tier;
  const opened: Opened = {
    type: 'opened',
    incident: id,
    job,
    region,
    tier: name,
    kind,
    rtoMinutes,
    rpoMinutes,
    alarm,
  };
  return plan === undefined ? [opened] : [opened, started(plan, by)];
}
