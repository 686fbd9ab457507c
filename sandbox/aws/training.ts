import type { Bucket } from './bucket.ts';
import { fileAt, latestStep, load, writeOrder } from './checkpoint.ts';
import type { Job } from './job.ts';
import type { Logbook } from './logbook.ts';

/** How long things take in life, in seconds; the sandbox runs them `speed` times faster. */
const life = {
  starting: 150,
  downloading: 45,
  step: 6,
  uploading: 60,
  interrupted: 120,
  stopping: 30,
} as const;

export interface TrainingParts {
  readonly bucket: Bucket;
  readonly logbook: Logbook;
  readonly speed: number;
  /** Called at every change of a job's status. */
  readonly changed: (job: Job) => void;
}

/** Stops a wait when the job is interrupted, stopped or the sandbox closes. */
export class Cut extends Error {}

/** One job's life, from Starting to its end, as long as nobody cuts it short. */
export class Training {
  private readonly parts: TrainingParts;
  readonly job: Job;
  private cut = new AbortController();

  constructor(parts: TrainingParts, job: Job) {
    this.parts = parts;
    this.job = job;
  }

  /** Ends what the job is doing now; the caller says what comes next. */
  interrupt(): void {
    this.cut.abort();
    this.cut = new AbortController();
  }

  enter(secondary: string, message: string, status?: string): void {
    this.job.enter(secondary, message, status);
    this.parts.changed(this.job);
  }

  async run(): Promise<void> {
    try {
      this.enter('Starting', 'Launching requested ML instances', 'InProgress');
      await this.wait(life.starting);
      this.enter('Downloading', 'Downloading input data');
      await this.wait(life.downloading);
      this.enter('Training', 'Training image download completed. Training in progress.');
      await this.train();
      this.enter('Uploading', 'Uploading generated training model');
      await this.wait(life.uploading);
      this.enter('Completed', 'Training job completed', 'Completed');
    } catch (error) {
      if (!(error instanceof Cut)) throw error;
    }
  }

  /** Joins the job in the middle of its training. */
  async goOnFrom(step: number): Promise<void> {
    this.job.enter('Starting', 'Launching requested ML instances');
    this.job.enter('Downloading', 'Downloading input data');
    this.job.enter('Training', 'Training image download completed. Training in progress.');
    this.job.step = step;
    await this.trainOn().catch((error: unknown) => {
      if (!(error instanceof Cut)) throw error;
    });
  }

  /** Managed spot got no instances within MaxWaitTimeInSeconds. */
  async loseCapacityForGood(): Promise<void> {
    this.interrupt();
    this.enter('Interrupted', 'Training job interrupted due to Spot capacity');
    await this.wait(life.interrupted);
    this.enter('Starting', 'Insufficient capacity error from EC2 while launching instances, retrying!');
    await this.wait(life.interrupted);
    this.enter('Stopping', 'Stopping the training job', 'Stopping');
    await this.wait(life.stopping);
    this.enter(
      'MaxWaitTimeExceeded',
      'Training job wait time exceeded MaxWaitTimeInSeconds provided',
      'Stopped',
    );
  }

  async restartBySageMaker(): Promise<void> {
    this.interrupt();
    this.enter('Interrupted', 'Training job interrupted due to Spot capacity');
    await this.wait(life.interrupted);
    await this.run();
  }

  async stop(secondary: 'Stopped' | 'MaxRuntimeExceeded'): Promise<void> {
    this.interrupt();
    this.enter('Stopping', 'Stopping the training job', 'Stopping');
    await this.wait(life.stopping);
    this.enter(secondary, 'Training job stopped', 'Stopped');
  }

  fail(reason: string): void {
    this.interrupt();
    this.job.failureReason = reason;
    this.enter('Failed', 'Training job failed', 'Failed');
  }

  private async train(): Promise<void> {
    const { request } = this.job;
    const root = request.CheckpointConfig?.S3Uri.replace(/\/?$/, '/');
    const from = root === undefined ? undefined : await latestStep(this.parts.bucket, root);
    if (root !== undefined && from !== undefined) await this.resume(root, from);
    else this.job.step = 0;
    await this.trainOn();
  }

  private async trainOn(): Promise<void> {
    const { request } = this.job;
    const root = request.CheckpointConfig?.S3Uri.replace(/\/?$/, '/');
    const steps = Number(request.HyperParameters['max_steps'] ?? 2_000);
    const every = Number(request.HyperParameters['save_steps'] ?? 50);
    while (this.job.step < steps) {
      await this.wait(life.step);
      this.job.step += 1;
      this.say(
        `{'loss': ${(0.4 / (1 + this.job.step / 500)).toFixed(4)}, 'reward': ${(0.2 + this.job.step / 4_000).toFixed(3)}, 'step': ${this.job.step}}`,
      );
      if (root !== undefined && this.job.step % every === 0) await this.save(root, this.job.step);
    }
  }

  private async resume(root: string, step: number): Promise<void> {
    this.say(`Resuming from checkpoint /opt/ml/checkpoints/checkpoint-${step} (global step ${step})`);
    const loaded = await load(this.parts.bucket, `${root}checkpoint-${step}/`);
    if ('error' in loaded) {
      this.say(loaded.error);
      this.fail(scriptFailure(loaded.error));
      throw new Cut();
    }
    this.job.step = loaded.step;
  }

  /** `until`: how many files get written; a killed trainer leaves the rest out. */
  async save(root: string, step: number, until: number = writeOrder.length): Promise<void> {
    for (const name of writeOrder.slice(0, until))
      await this.parts.bucket.put(`${root}checkpoint-${step}/${name}`, await fileAt(name, step));
    this.say(`Saving model checkpoint to /opt/ml/checkpoints/checkpoint-${step}`);
  }

  private say(line: string): void {
    this.parts.logbook.write(this.job, line);
  }

  private async wait(lifeSeconds: number): Promise<void> {
    const { signal } = this.cut;
    await new Promise<void>((resolve, reject) => {
      const stop = (): void => {
        clearTimeout(timer);
        reject(new Cut());
      };
      const timer = setTimeout(
        () => {
          signal.removeEventListener('abort', stop);
          resolve();
        },
        (lifeSeconds * 1000) / this.parts.speed,
      );
      signal.addEventListener('abort', stop, { once: true });
    });
  }
}

/** As the container's toolkit composes it and SageMaker cuts it: https://github.com/aws/sagemaker-training-toolkit */
export function scriptFailure(error: string): string {
  return `AlgorithmError: ExecuteUserScriptError:\nExitCode 1\nErrorMessage "${error}"\nCommand "/opt/conda/bin/python3.11 train_grpo.py --config recipe.yaml", exit code: 1`.slice(
    0,
    1024,
  );
}
