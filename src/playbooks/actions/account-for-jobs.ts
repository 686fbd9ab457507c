import { inBatches } from '../../assessment/in-batches.ts';
import { accountOf, JobAccount } from '../../assessment/job-outcomes.ts';
import { namesOf, trainInWords } from '../../assessment/outage-end.ts';
import { count, counted } from '../../in-words.ts';
import type { TrainingJob } from '../../ports/ports.ts';
import { isCopyOf } from '../../training-job/copy-names.ts';
import { Again, defineAction, type ReadPorts, type Report, z } from '../define.ts';
import { Done } from './choose-next-job.ts';

/** How far back to look for jobs that replaced a failed one. */
const hours = 48;
const maxListed = 500;
/** Maximum number of jobs to describe; the whole account shares SageMaker's limit for Describe calls. */
const maxChecked = 60;

const Input = z.object({
  jobs: z.array(z.string()),
  /** Jobs that this run launched, oldest first. */
  launched: z.array(Done),
});

const Accounts = z.object({ jobs: z.array(JobAccount) });
type Accounts = z.infer<typeof Accounts>;

export const accountForJobs = defineAction({
  name: 'account-for-jobs',
  effect: 'read',
  title: 'Job outcomes',
  does: 'Checks in SageMaker which jobs of this incident are training again and which are left behind.',
  input: Input,
  output: Accounts,
  report,
  run: async ({ jobs, launched }, ports): Promise<Accounts | Again> => {
    const { found } = await ports.region.jobs(ports.clock.now() - hours * 3_600_000, maxListed);
    const copiesOf = (job: string): readonly string[] => [
      ...launched.flatMap((one) => (one.recovers === job ? [one.job] : [])),
      ...found.flatMap(({ name }) => (isCopyOf(job, name) ? [name] : [])),
    ];
    const checked = await inBatches(jobs.slice(0, maxChecked), (job) => checkJob(job, copiesOf(job), ports));
    const waiting = checked.find((one) => one instanceof Again);
    if (waiting !== undefined) return waiting;
    const accounts = checked.flatMap((one) => (one instanceof Again ? [] : [one]));
    return { jobs: [...accounts, ...jobs.slice(maxChecked).map(notChecked)] };
  },
});

async function checkJob(
  name: string,
  copies: readonly string[],
  ports: ReadPorts,
): Promise<JobAccount | Again> {
  const job = await ports.training.find(name);
  const found = await Promise.all([...new Set(copies)].map((copy) => ports.training.find(copy)));
  return accountOf(name, job, newestOf(found), ports.clock.now());
}

function newestOf(jobs: readonly (TrainingJob | undefined)[]): TrainingJob | undefined {
  const found = jobs.filter((job) => job !== undefined);
  return found.toSorted((one, other) => other.createdAt - one.createdAt)[0];
}

function notChecked(job: string): JobAccount {
  return {
    job,
    outcome: 'left',
    says: 'not checked yet: the incident has too many jobs',
    next: 'look again',
    due: true,
  };
}

const maxLines = 15;

function report({ jobs }: Accounts): Report {
  const left = jobs.filter(({ outcome }) => outcome === 'left');
  const countOf = (outcome: JobAccount['outcome']): string =>
    count(jobs.filter((one) => one.outcome === outcome).length);
  const rows = left.map(({ job, says, next }) => `${job}: ${says}; ${next ?? ''}`);
  return {
    headline: headlineOf(jobs, left),
    facts: [
      { label: 'Relaunched and training', value: countOf('launched') },
      { label: 'Restarted by SageMaker', value: countOf('restarted') },
      { label: 'Left behind', value: count(left.length) },
    ],
    lines: [
      ...rows.slice(0, maxLines),
      ...(rows.length > maxLines ? [`… and ${counted(rows.length - maxLines, 'more job')}`] : []),
    ],
  };
}

function headlineOf(jobs: readonly JobAccount[], left: readonly JobAccount[]): string {
  if (jobs.length === 0) return 'No job was launched';
  const train = trainInWords(jobs.length - left.length, jobs.length);
  return left.length === 0 ? train : `${train}; left behind: ${namesOf(left)}`;
}
