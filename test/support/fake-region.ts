import type { S3Uri, TrainingJob } from '../../src/ports/ports.ts';
import type { EndpointState, JobSummary, RaisedAlarm, Region } from '../../src/ports/region.ts';

/** An in-memory Region for actions, with the jobs of the fake SageMaker. */
export interface FakeRegion extends Region {
  readonly raised: RaisedAlarm[];
  readonly served: EndpointState[];
  /** S3 URIs that are empty or that throw this error. */
  readonly troubled: Map<S3Uri, 'empty' | Error>;
  /** Errors that make a whole listing fail. */
  readonly broken: { alarms?: Error; endpoints?: Error };
}

const tiers = ['gold', 'silver', 'bronze'];

export function fakeRegion(jobs: ReadonlyMap<string, TrainingJob>): FakeRegion {
  const raised: RaisedAlarm[] = [];
  const served: EndpointState[] = [];
  const troubled: FakeRegion['troubled'] = new Map();
  const broken: FakeRegion['broken'] = {};
  return {
    raised,
    served,
    troubled,
    broken,
    jobs: async (since, max) => {
      const found = [...jobs.values()]
        .filter(
          ({ status, createdAt, endedAt }) => status === 'InProgress' || (endedAt ?? createdAt) >= since,
        )
        .map(summaryOf)
        .toSorted((one, other) => other.createdAt - one.createdAt);
      return { found: found.slice(0, max), cut: found.length > max };
    },
    running: async (max) => {
      const found = [...jobs.values()].filter(({ status }) => status === 'InProgress').map(summaryOf);
      return { found: found.slice(0, max), cut: found.length > max };
    },
    checkpointRoots: async (asked) =>
      new Map(
        asked.flatMap(({ name }) => {
          const uri = jobs.get(name)?.checkpointUri;
          return uri === undefined ? [] : [[name, uri] as const];
        }),
      ),
    alarms: async (max) => {
      if (broken.alarms !== undefined) throw broken.alarms;
      return { found: raised.slice(0, max), cut: raised.length > max };
    },
    endpoints: async (max) => {
      if (broken.endpoints !== undefined) throw broken.endpoints;
      return { found: served.slice(0, max), cut: served.length > max };
    },
    holdsAnything: async (place) => {
      const trouble = troubled.get(place);
      if (trouble instanceof Error) throw trouble;
      return trouble === undefined;
    },
    tierOf: (job) => {
      const rank = tiers.findIndex((tier) => job.startsWith(`srl-rlvr-${tier}-`));
      return rank === -1 ? undefined : { name: tiers[rank] ?? '', rank, rpoMinutes: 30 };
    },
  };
}

function summaryOf({ name, status, createdAt, endedAt }: TrainingJob): JobSummary {
  return { name, status, createdAt, ...(endedAt !== undefined && { endedAt }) };
}
