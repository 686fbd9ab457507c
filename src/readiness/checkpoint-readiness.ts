import { listCheckpoints } from '../checkpoints/finding/list-checkpoints.ts';
import type { CheckpointFolder } from '../checkpoints/folders.ts';
import { ReadCost } from '../checkpoints/formats/ranged-file.ts';
import { listCheckpoint } from '../checkpoints/grading/list-checkpoint.ts';
import { minutes } from '../in-words.ts';
import { largest } from '../ports/collections.ts';
import type { Checkpoints, S3Uri, TrainingJob } from '../ports/ports.ts';
import { measured } from './measured.ts';
import type { ReadinessCheck, ReadinessFinding } from './readiness.ts';
import type { JobsRead } from './recent-jobs.ts';
import { type Saved, saveIntervalOf, trainingMs } from './save-interval.ts';

const minute = 60_000;
/** The interval that the playbooks recommend. */
const maxMinutes = 30;
/** The newest checkpoints of a job, each of which is listed. */
const maxFolders = 4;
/** SageMaker uploads the last checkpoint after the job has ended. */
const uploadMs = 15 * minute;

interface CheckpointSources {
  readonly checkpoints: Checkpoints;
  readonly now: number;
}

interface Judged {
  readonly finding?: ReadinessFinding | undefined;
  readonly unmeasured?: ReadinessFinding | undefined;
}

/** The jobs that save no checkpoints, or not often enough. */
export async function checkpointReadiness(
  { jobs, looked, unmeasured }: JobsRead,
  sources: CheckpointSources,
): Promise<ReadinessCheck> {
  const judged: Judged[] = [];
  for (const job of jobs) judged.push(await judge(job, sources));
  return {
    part: 'checkpointing',
    looked,
    findings: judged.flatMap(({ finding }) => finding ?? []),
    unmeasured: [...unmeasured, ...judged.flatMap((one) => one.unmeasured ?? [])],
  };
}

async function judge(job: TrainingJob, sources: CheckpointSources): Promise<Judged> {
  const { checkpointUri: uri, name } = job;
  if (uri === undefined) return { finding: withoutCheckpoints(name) };
  const found = await measured('s3:ListBucket', () => savedBy(job, uri, sources));
  if ('unmeasured' in found) {
    const { what, fix } = found.unmeasured;
    return { unmeasured: { what: `${name}: ${what}`, fix } };
  }
  const { saved, before } = found.value;
  const [first, ...more] = saved;
  if (first === undefined) return savedNothing(job, uri, sources.now);
  const interval = saveIntervalOf(job, [first, ...more], before);
  if ('unknown' in interval)
    return { unmeasured: { what: `${name}: ${interval.unknown}`, fix: 'Keep at least two checkpoints.' } };
  return interval.minutes > maxMinutes ? { finding: tooRare(name, interval) } : {};
}

function withoutCheckpoints(name: string): ReadinessFinding {
  return {
    what: `${name} has no CheckpointConfig, so a failure loses all of its training`,
    fix: `set CheckpointConfig on the next job, and have the script save to its LocalPath at least every ${maxMinutes} min`,
  };
}

function tooRare(
  name: string,
  { minutes: every, minutesPerStep }: { readonly minutes: number; readonly minutesPerStep: number },
): ReadinessFinding {
  const steps = Math.max(1, Math.floor(maxMinutes / minutesPerStep));
  return {
    what: `${name} saves a checkpoint every ${minutes(every)}`,
    fix: `save at least every ${maxMinutes} min; at its pace that is every ${steps} steps (save_steps)`,
  };
}

function savedNothing(job: TrainingJob, uri: S3Uri, now: number): Judged {
  const trained = trainingMs(job, job.createdAt, job.endedAt ?? now) / minute;
  if (trained <= maxMinutes) return {};
  if (job.status === 'Completed')
    return {
      unmeasured: {
        what: `${job.name} has completed and has no checkpoints in ${uri}`,
        fix: 'If nothing deletes them after the job, check that the script saves to the LocalPath of CheckpointConfig.',
      },
    };
  return {
    finding: {
      what: `${job.name} has trained for ${minutes(trained)} and saved no checkpoint to ${uri}`,
      fix: 'have the script save to the LocalPath of CheckpointConfig (default: /opt/ml/checkpoints)',
    },
  };
}

/** The newest checkpoints that this job wrote, by step, and the step of the one that it started from. */
async function savedBy(
  job: TrainingJob,
  uri: S3Uri,
  { checkpoints, now }: CheckpointSources,
): Promise<{ readonly saved: readonly Saved[]; readonly before: number }> {
  const { folders } = await listCheckpoints(checkpoints, uri);
  const listed: Saved[] = [];
  for (const folder of folders.slice(0, maxFolders)) listed.push(await savedAt(folder, checkpoints));
  const until = job.endedAt === undefined ? now : job.endedAt + uploadMs;
  const older = listed.filter(({ at }) => at < job.createdAt);
  return {
    saved: listed
      .filter(({ at }) => at >= job.createdAt && at <= until)
      .toSorted((one, other) => one.step - other.step),
    before: older.length === 0 ? 0 : largest(older.map(({ step }) => step)),
  };
}

async function savedAt(folder: CheckpointFolder, checkpoints: Checkpoints): Promise<Saved> {
  const { files } = await listCheckpoint(checkpoints, folder, new ReadCost());
  return { step: folder.step, at: largest([...files.values()].map(({ modifiedAt }) => modifiedAt)) };
}
