import { smallest } from '../../ports/collections.ts';
import { type Holds, holdOverAll } from '../holds/holds.ts';
import type { Plan, Report, TierPromise } from '../intake/report.ts';
import type { IncidentStore } from '../journal/store.ts';
import type { IncidentEvent, Opened } from '../model/events.ts';
import { heldBy } from '../model/hold-states.ts';
import type { FailingJob } from './failing-jobs.ts';

export interface OpeningParts {
  readonly store: IncidentStore;
  readonly region: string;
  readonly holds: Holds;
  readonly tierOf: (job: string) => (TierPromise & { readonly rank: number }) | undefined;
  /** The playbook for many jobs at once, where there is one. */
  readonly plan: () => Plan | undefined;
}

/** The incident about many jobs, opened unless it is there. One thread is held back where each of theirs would be. */
export async function openOrFind(
  parts: OpeningParts,
  id: string,
  jobs: readonly FailingJob[],
  report: Report,
): ReturnType<IncidentStore['open']> {
  const { store, holds, tierOf } = parts;
  const standing = await store.find(id);
  if (standing !== undefined) return { incident: standing, isNew: false };
  const failing = jobs.map(({ job }) => ({ job, kind: report.kind, tier: tierOf(job)?.name ?? '' }));
  const hold = await holdOverAll(holds, failing);
  if (hold !== undefined) await holds.keep(id);
  return store.open([...openingEvents(parts, id, jobs, report), ...heldBy(hold)]);
}

/** Its clock is that of the most urgent of its jobs, and began when the first of them failed. */
function openingEvents(
  { tierOf, plan, region }: OpeningParts,
  id: string,
  jobs: readonly FailingJob[],
  { alarm }: Report,
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
  if (playbook === undefined) return [opened];
  return [opened, { type: 'playbook-started', playbook: playbook.id, steps: [...playbook.steps] }];
}
