import { smallest } from '../../ports/collections.ts';
import { type Holds, holdOverAll } from '../holds/holds.ts';
import type { FailureReport, Plan, TierObjectives } from '../intake/failure-report.ts';
import { started } from '../intake/joining.ts';
import type { IncidentStore } from '../journal/store.ts';
import type { IncidentEvent, Opened } from '../model/events.ts';
import { heldBy } from '../model/hold-states.ts';
import type { FailingJob } from './failing-jobs.ts';

export interface OpeningServices {
  readonly store: IncidentStore;
  readonly region: string;
  readonly holds: Holds;
  readonly tierOf: (job: string) => (TierObjectives & { readonly rank: number }) | undefined;
  /** The playbook for many jobs at once, if there is one. */
  readonly plan: () => Plan | undefined;
}

/** Finds or opens the shared incident. Its thread is held back only if every job's own thread would be. */
export async function openOrFind(
  services: OpeningServices,
  id: string,
  jobs: readonly FailingJob[],
  report: FailureReport,
): ReturnType<IncidentStore['open']> {
  const { store, holds, tierOf } = services;
  const existing = await store.find(id);
  if (existing !== undefined) return { incident: existing, isNew: false };
  const failing = jobs.map(({ job }) => ({ job, kind: report.kind, tier: tierOf(job)?.name ?? '' }));
  const hold = await holdOverAll(holds, failing);
  if (hold !== undefined) await holds.keep(id);
  return store.open([...openingEvents(services, id, jobs, report), ...heldBy(hold)]);
}

/** The incident has the clock of its most urgent job, starting at the first failure. */
function openingEvents(
  { tierOf, plan, region }: OpeningServices,
  id: string,
  jobs: readonly FailingJob[],
  { alarm }: FailureReport,
): readonly [Opened, ...IncidentEvent[]] {
  const [urgent] = jobs
    .flatMap(({ job, at }) => {
      const tier = tierOf(job);
      return tier === undefined ? [] : [{ job, at, tier }];
    })
    .toSorted((one, other) => one.tier.rank - other.tier.rank || one.at - other.at);
  const { job = '', tier } = urgent ?? {};
  const opened: Opened = {
    type: 'opened',
    incident: id,
    job,
    region,
    tier: tier?.name ?? '',
    kind: 'system_failure',
    rtoMinutes: tier?.rtoMinutes ?? 0,
    rpoMinutes: tier?.rpoMinutes ?? 0,
    alarm: { ...alarm, at: Math.min(alarm.at, smallest(jobs.map(({ at }) => at))) },
  };
  const playbook = plan();
  return playbook === undefined ? [opened] : [opened, started(playbook, undefined)];
}
