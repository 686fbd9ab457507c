import type { S3Uri, TrainingJob } from '../../src/ports/ports.ts';
import type { EndpointState, JobSummary, RaisedAlarm, Region } from '../../src/ports/region.ts';

/** What a look at the whole Region finds; the jobs are those of the fake SageMaker. */
export interface FakeRegion extends Region {
  readonly raised: RaisedAlarm[];
  readonly served: EndpointState[];
  /** Places that hold nothing, or the error that reaching them throws. */
  readonly troubled: Map<S3Uri, 'empty' | Error>;
  /** Set to make a whole listing fail. */
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
    jobs: async (since, most) => {
      const found = [...jobs.values()]
        .filter(
          ({ status, createdAt, endedAt }) => status === 'InProgress' || (endedAt ?? createdAt) >= since,
        )
        .map(summaryOf)
        .toSorted((one, other) => other.createdAt - one.createdAt);
      return { found: found.slice(0, most), cut: found.length > most };
    },
    running: async (most) => {
      const found = [...jobs.values()].filter(({ status }) => status === 'InProgress').map(summaryOf);
      return { found: found.slice(0, most), cut: found.length > most };
    },
    alarms: async (most) => {
      if (broken.alarms !== undefined) throw broken.alarms;
      return { found: raised.slice(0, most), cut: raised.length > most };
    },
    endpoints: async (most) => {
      if (broken.endpoints !== undefined) throw broken.endpoints;
      return { found: served.slice(0, most), cut: served.length > most };
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
