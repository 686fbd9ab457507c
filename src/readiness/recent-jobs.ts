import { counted } from '../in-words.ts';
import type { Training, TrainingJob } from '../ports/ports.ts';
import type { Region } from '../ports/region.ts';
import { measured } from './measured.ts';
import { nothing, type ReadinessFinding } from './readiness.ts';

const day = 24 * 3_600_000;
const days = 7;
/** The whole account shares the rate limit for DescribeTrainingJob, so they are described one after the other. */
const maxJobs = 100;
const maxListed = 1_000;

export interface JobsRead {
  readonly jobs: readonly TrainingJob[];
  readonly looked: string;
  readonly unmeasured: readonly ReadinessFinding[];
}

interface JobSources {
  readonly region: Pick<Region, 'jobs' | 'tierOf'>;
  readonly training: Pick<Training, 'describe'>;
  readonly now: number;
}

/** The jobs of the tiers that run or have changed within a week, newest first. */
export async function recentJobs(sources: JobSources): Promise<JobsRead> {
  const { region, now } = sources;
  const listed = await measured('sagemaker:ListTrainingJobs', () => region.jobs(now - days * day, maxListed));
  if ('unmeasured' in listed) return { jobs: [], looked: nothing, unmeasured: [listed.unmeasured] };
  const { found, cut } = listed.value;
  const names = found.map(({ name }) => name).filter((name) => region.tierOf(name) !== undefined);
  const { jobs, unmeasured } = await describeEach(sources, names.slice(0, maxJobs));
  const left = names.length - maxJobs;
  return {
    jobs,
    looked: `${counted(jobs.length, 'job')} of the last ${days} days`,
    unmeasured: [...unmeasured, ...(left > 0 || cut ? [olderJobs(Math.max(0, left), cut)] : [])],
  };
}

/** Stops at the first failure: the calls after it would fail too. */
async function describeEach(
  { training }: JobSources,
  names: readonly string[],
): Promise<Pick<JobsRead, 'jobs' | 'unmeasured'>> {
  const jobs: TrainingJob[] = [];
  for (const name of names) {
    const job = await measured('sagemaker:DescribeTrainingJob', () => training.describe(name));
    if ('unmeasured' in job) return { jobs, unmeasured: [job.unmeasured] };
    jobs.push(job.value);
  }
  return { jobs, unmeasured: [] };
}

function olderJobs(left: number, cut: boolean): ReadinessFinding {
  const what = left > 0 ? `${left}${cut ? ' or more' : ''} older jobs` : 'older jobs';
  return { what, fix: `Only the newest ${maxJobs} are read.` };
}
