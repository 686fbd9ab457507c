import type { Catalog } from '../../playbooks/catalog.ts';
import type { SeenBefore } from '../../ports/history/seen-before.ts';
import { maxAlike } from '../journal/fingerprint-index.ts';
import type { IncidentStore } from '../journal/store.ts';
import { rtoClock } from '../model/clock.ts';
import { type Incident, proposalWords, runsOf, stateOf } from '../model/incident.ts';

export interface SeenDeps {
  readonly store: Pick<IncidentStore, 'alike' | 'find'>;
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
  const found = await Promise.all(ids.map(async (id) => collectedIn(store, id)));
  const own = [incident, await incidentOf(job)];
  const others = new Map(
    found.flatMap((one) =>
      one === undefined || own.includes(one.id) || isAbout(one, job) ? [] : [[one.id, one]],
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
      ...endOf(last, catalog, now),
    },
  };
}

/** The incident, or the one that it was merged into: the jobs of one outage count once. */
async function collectedIn(store: SeenDeps['store'], id: string): Promise<Incident | undefined> {
  const incident = await store.find(id);
  const into = incident?.closed?.into;
  return into === undefined ? incident : ((await store.find(into)) ?? incident);
}

function isAbout({ job, subject, affectedJobs }: Incident, asked: string): boolean {
  return [job, subject, ...affectedJobs.map((one) => one.job)].includes(asked);
}

function endOf(
  incident: Incident,
  catalog: SeenDeps['catalog'],
  now: number,
): Pick<SeenBefore['last'], 'end' | 'by' | 'minutes'> {
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
