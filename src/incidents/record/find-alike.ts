import type { Catalog } from '../../playbooks/catalog.ts';
import type { SeenBefore } from '../../ports/history/seen-before.ts';
import { maxAlike } from '../journal/fingerprint-index.ts';
import type { IncidentStore } from '../journal/store.ts';
import { rtoClock } from '../model/clock.ts';
import { type Incident, proposalWords, runsOf, stateOf } from '../model/incident.ts';
import type { EndSeen } from '../retention/counted.ts';

export interface SeenDeps {
  readonly store: Pick<IncidentStore, 'alike' | 'find' | 'tombstones'>;
  readonly catalog: Pick<Catalog, 'get'>;
  /** The incident that launched a job. */
  readonly incidentOf: (job: string) => Promise<string | undefined>;
  /** The address of an incident's thread. */
  readonly linkTo: (incident: string) => Promise<string | undefined>;
}

/** What is being diagnosed: neither it nor its own past counts as an earlier incident. */
export interface Diagnosing {
  readonly fingerprint: string;
  readonly job: string;
  /** Absent if the job is diagnosed outside any incident. */
  readonly incident?: string;
}

export async function seenBefore(
  { store, catalog, incidentOf, linkTo }: SeenDeps,
  { fingerprint, job, incident }: Diagnosing,
  now: number,
): Promise<SeenBefore | undefined> {
  const ids = await store.alike(fingerprint);
  const found = await Promise.all(ids.map(async (id) => collectedIn({ store, catalog }, id, now)));
  const own = [incident, await incidentOf(job)];
  const others = new Map(
    found.flatMap((one) =>
      one === undefined || own.includes(one.id) || one.jobs.includes(job) ? [] : [[one.id, one]],
    ),
  );
  const byTime = [...others.values()].toSorted((one, other) => one.failedAt - other.failedAt);
  const [first] = byTime;
  const last = byTime.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const link = await linkTo(last.id);
  return {
    times: byTime.length,
    more: ids.length >= maxAlike,
    since: first.failedAt,
    asOf: now,
    last: {
      incident: last.id,
      job: last.job,
      ...(link !== undefined && { link }),
      ...last.seen,
    },
  };
}

/** The incident, or the one that it was merged into: the jobs of one outage count once. */
async function collectedIn(deps: EarlierDeps, id: string, now: number): Promise<Earlier | undefined> {
  const incident = await earlier(deps, id, now);
  return incident?.into === undefined ? incident : ((await earlier(deps, incident.into, now)) ?? incident);
}

type EarlierDeps = Pick<SeenDeps, 'store' | 'catalog'>;

/** An earlier incident, from its journal or, once that was removed, from its tombstone. */
interface Earlier {
  readonly id: string;
  readonly job: string;
  /** All jobs that it was about. */
  readonly jobs: readonly string[];
  readonly failedAt: number;
  readonly into: string | undefined;
  readonly seen: EndSeen;
}

async function earlier(
  { store, catalog }: EarlierDeps,
  id: string,
  now: number,
): Promise<Earlier | undefined> {
  const incident = await store.find(id);
  if (incident !== undefined) {
    const { job, failedAt, closed } = incident;
    return {
      id,
      job,
      jobs: jobsOf(incident),
      failedAt,
      into: closed?.into,
      seen: endOf(incident, catalog, now),
    };
  }
  const left = await store.tombstones.find(id);
  return left && { ...left, into: left.counted.into, seen: left.counted.seen };
}

/** All jobs that the incident is about, the first one included. */
export function jobsOf({ job, subject, affectedJobs }: Incident): readonly string[] {
  return [...new Set([job, subject, ...affectedJobs.map((one) => one.job)])];
}

export function endOf(incident: Incident, catalog: SeenDeps['catalog'], now: number): EndSeen {
  const { recovered, outcome, closed } = incident;
  const minutes = rtoClock(incident, now).minutesUsed;
  if (recovered?.elsewhere === true) return { end: 'elsewhere', minutes };
  if (recovered !== undefined) {
    const by = changeBefore(incident, recovered.at, catalog);
    return { end: 'recovered', minutes, ...(by !== undefined && { by }) };
  }
  if (outcome !== undefined) return { end: 'by-person', minutes };
  return { end: closed === undefined ? 'open' : 'closed', minutes };
}

/** The title of the last change before the recovery. */
function changeBefore(
  incident: Incident,
  recoveredAt: number,
  catalog: SeenDeps['catalog'],
): string | undefined {
  const steps = runsOf(incident).flatMap((run) => catalog.get(run.playbook)?.stepsIn(run) ?? []);
  const changes = steps.flatMap((step) => {
    const state = stateOf(incident, step.key);
    if (step.kind !== 'action' || step.action.effect !== 'change') return [];
    if (state.status !== 'done' || state.at > recoveredAt) return [];
    return [{ at: state.at, title: proposalWords(state)?.title ?? step.action.title }];
  });
  return changes.toSorted((one, other) => other.at - one.at)[0]?.title;
}
