import type { Bucket } from './bucket.ts';
import { leaveBroken } from './damage.ts';
import { type FailRequest, lastWords, reasons } from './fail-request.ts';
import { Job } from './job.ts';
import { readJobRequest } from './job-request.ts';
import type { Ledger } from './ledger.ts';
import { AwsError } from './responses.ts';
import { breakCode } from './source-code.ts';
import { StageAborted, Training, type TrainingDeps } from './training.ts';
import { breakData } from './training-data.ts';

type Cause = (training: Training, fits: number | undefined) => void | Promise<void>;

type End = (training: Training, minutesAgo: number) => Promise<void>;

/** Failures that have their own status transitions. All others set a FailureReason. */
const ends: Readonly<Partial<Record<FailRequest['kind'], End>>> = {
  'spot-interruption': async (training) => training.loseCapacityForGood(),
  'spot-interrupted-restarting': async (training) => training.restartBySageMaker(),
  'spot-interrupted-waiting': async (training, minutesAgo) => training.waitForCapacity(minutesAgo),
  'user-stopped': async (training) => training.stop('Stopped'),
  'time-limit': async (training) => training.stop('MaxRuntimeExceeded'),
};

function reasonOf(kind: FailRequest['kind']): string {
  return reasons[kind] ?? kind;
}

/** All training jobs in the account, and the failures that the control API causes. */
export class Jobs {
  private readonly byName = new Map<string, Training>();
  /** The simulations that are currently running. */
  private readonly running = new Set<Promise<void>>();
  private readonly deps: TrainingDeps;
  private readonly ledger: Ledger;
  private readonly bucket: Bucket;

  constructor(deps: TrainingDeps, ledger: Ledger, bucket: Bucket) {
    this.deps = deps;
    this.ledger = ledger;
    this.bucket = bucket;
  }

  create(input: unknown): { TrainingJobArn: string } {
    const training = this.add(input);
    this.noteSharedPrefix(training.job);
    this.track(training.run());
    return { TrainingJobArn: training.job.arn };
  }

  /** Adds a job that has already been training when the sandbox starts. */
  seed(input: unknown, step: number): void {
    const training = this.add(input);
    this.track(training.resumeFrom(step));
  }

  /** Adds a job that completed before the sandbox started, with the last line of its log. */
  seedCompleted(input: unknown, daysAgo: number, lastLine: string): void {
    const { job } = this.add(input);
    job.enter('Completed', 'Training job completed', 'Completed');
    const ended = Date.now() / 1000 - daysAgo * 86_400;
    job.createdAt = ended - 43_200;
    job.startedAt = ended - 43_000;
    job.endedAt = ended;
    job.modifiedAt = ended;
    job.measure(lastLine, ended * 1000);
  }

  find(name: string): Job {
    return this.training(name).job;
  }

  byArn(arn: string): Job {
    return this.find(arn.split('/').at(-1) ?? '');
  }

  list(): readonly Job[] {
    return [...this.byName.values()].map(({ job }) => job);
  }

  stop(name: string): void {
    const training = this.training(name);
    if (training.job.ended)
      throw new AwsError(
        'ValidationException',
        `The request was rejected because the training job is in status ${training.job.status}.`,
      );
    this.track(training.stop('Stopped'));
  }

  async fail({
    job: name,
    kind,
    damage,
    fits,
    reason = reasonOf(kind),
    says,
    minutesAgo,
  }: FailRequest): Promise<{ readonly broken: string | undefined }> {
    const training = this.training(name);
    if (kind === 'checkpoints-stop') {
      training.copiesCheckpoints = false;
      return { broken: undefined };
    }
    const { job } = training;
    for (const line of wordsOf(kind, says)) this.deps.logbook.write(job, line);
    const end = ends[kind];
    if (isBetweenSaves(kind, damage)) await training.betweenSaves();
    training.interrupt();
    const broken = await this.damage(
      job,
      damage ?? (kind === 'spot-interruption' ? 'unfinished-newest' : 'none'),
    );
    await this.causes[kind]?.(training, fits);
    if (end === undefined) training.fail(reason);
    else this.track(end(training, minutesAgo));
    return { broken };
  }

  private async damage(
    { request, step }: Job,
    how: NonNullable<FailRequest['damage']>,
  ): Promise<string | undefined> {
    const root = request.CheckpointConfig?.S3Uri;
    return root === undefined ? undefined : leaveBroken(this.bucket, root.replace(/\/?$/, '/'), step, how);
  }

  /** Keeps the cause after the failure, so that a job with the same mistake fails again. */
  private readonly causes: Readonly<Partial<Record<FailRequest['kind'], Cause>>> = {
    'out-of-memory': ({ job, batch }, fits = Math.floor(batch / 2)) => this.deps.memory.holdsOnGpu(job, fits),
    'out-of-host-memory': ({ job }) => this.deps.memory.needsMoreThanHost(job),
    data: async ({ job }) => breakData(this.bucket, job.request),
    dependency: async ({ job }) => breakCode(this.bucket, job.request),
  };

  /** Stops every simulation; nothing runs after this returns. */
  async close(): Promise<void> {
    for (const training of this.byName.values()) training.interrupt();
    await Promise.all(this.running);
  }

  private add(input: unknown): Training {
    const request = readJobRequest(input);
    const job = new Job(request);
    const taken = this.byName.get(job.name);
    if (taken !== undefined)
      throw new AwsError(
        'ResourceInUse',
        `Training job names must be unique within an AWS account and region, and a training job with this name already exists (${taken.job.arn})`,
      );
    const training = new Training(this.deps, job);
    this.byName.set(job.name, training);
    return training;
  }

  private training(name: string): Training {
    const found = this.byName.get(name);
    if (found === undefined) throw new AwsError('ValidationException', 'Requested resource not found.');
    return found;
  }

  private track(run: Promise<void>): void {
    const tracked = run
      .catch((error: unknown) => {
        if (!(error instanceof StageAborted)) throw error;
      })
      .finally(() => this.running.delete(tracked));
    this.running.add(tracked);
  }

  /** Records the disaster that Relight must never cause: two trainers writing to the same checkpoint prefix. */
  private noteSharedPrefix(job: Job): void {
    const root = (one: Job): string | undefined => one.request.CheckpointConfig?.S3Uri.replace(/\/?$/, '/');
    const other = this.list().find(
      (one) => one !== job && !one.ended && root(one) !== undefined && root(one) === root(job),
    );
    if (other !== undefined)
      this.ledger.corrupt(`two jobs on one checkpoint prefix: ${other.name} and ${job.name} on ${root(job)}`);
  }
}

/** Whether the failure waits for a save to finish. Lost capacity interrupts a save, unless the caller wants intact checkpoints. */
function wordsOf(kind: FailRequest['kind'], says: readonly string[]): readonly string[] {
  return [...(lastWords[kind] ?? []), ...says];
}

function isBetweenSaves(kind: FailRequest['kind'], damage: FailRequest['damage']): boolean {
  return ends[kind] === undefined || damage === 'none';
}
