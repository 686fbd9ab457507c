import { setTimeout as pause } from 'node:timers/promises';
import type { Bucket } from './bucket.ts';
import { fileAt, latestStep, load, writeOrder } from './checkpoint.ts';
import type { Job } from './job.ts';
import { life } from './life.ts';
import type { Logbook } from './logbook.ts';
import { askedBatch, killedForMemory, type Memory, outOfGpuMemory } from './memory.ts';
import { progressLine, scriptFailure } from './script-output.ts';
import { dataError } from './training-data.ts';

export interface TrainingParts {
  readonly bucket: Bucket;
  readonly logbook: Logbook;
  readonly memory: Memory;
  readonly speed: number;
  /** Called at every change of a job's status. */
  readonly changed: (job: Job) => void;
}

/** Ends a stretch of a job's life: it was interrupted, stopped or the sandbox closes. */
export class Cut extends Error {}

/** One job's life. Each stretch of it runs until its end or until the next stretch begins and cuts it short. */
export class Training {
  private readonly parts: TrainingParts;
  readonly job: Job;
  private stretch = new AbortController();
  private saving: Promise<void> = Promise.resolve();
  /** Samples that a GPU holds at once. */
  batch: number;
  /** False: the script saves as before, but nothing of it is copied to S3 any more. */
  copiesCheckpoints = true;

  constructor(parts: TrainingParts, job: Job) {
    this.parts = parts;
    this.job = job;
    this.batch = askedBatch(job);
  }

  /** Cuts short what the job is doing and gives the next stretch its signal. */
  interrupt(): AbortSignal {
    this.stretch.abort();
    this.stretch = new AbortController();
    return this.stretch.signal;
  }

  /** From Starting to the end. */
  async run(signal: AbortSignal = this.interrupt()): Promise<void> {
    this.enter('Starting', 'Launching requested ML instances', 'InProgress');
    await this.wait(life.starting, signal);
    this.enter('Downloading', 'Downloading input data');
    await this.wait(life.downloading, signal);
    this.enter('Training', 'Training image download completed. Training in progress.');
    await this.readData();
    await this.load();
    await this.train(signal);
  }

  /** Joins the job in the middle of its training. */
  async goOnFrom(step: number): Promise<void> {
    this.job.enter('Starting', 'Launching requested ML instances');
    this.job.enter('Downloading', 'Downloading input data');
    this.job.enter('Training', 'Training image download completed. Training in progress.');
    this.job.step = step;
    await this.train(this.interrupt());
  }

  /** Managed spot got no instances within MaxWaitTimeInSeconds. */
  async loseCapacityForGood(): Promise<void> {
    const signal = this.interrupt();
    this.enter('Interrupted', 'Training job interrupted due to Spot capacity');
    await this.wait(life.interrupted, signal);
    this.enter('Starting', 'Insufficient capacity error from EC2 while launching instances, retrying!');
    await this.wait(life.interrupted, signal);
    this.enter('Stopping', 'Stopping the training job', 'Stopping');
    await this.wait(life.stopping, signal);
    this.enter(
      'MaxWaitTimeExceeded',
      'Training job wait time exceeded MaxWaitTimeInSeconds provided',
      'Stopped',
    );
  }

  /** Interrupted, and SageMaker finds no instances until somebody stops the job. */
  waitForCapacity(): void {
    this.interrupt();
    this.enter('Interrupted', 'Training job interrupted due to Spot capacity');
    this.enter('Starting', 'Insufficient capacity error from EC2 while launching instances, retrying!');
  }

  async restartBySageMaker(): Promise<void> {
    const signal = this.interrupt();
    this.enter('Interrupted', 'Training job interrupted due to Spot capacity');
    await this.wait(life.interrupted, signal);
    await this.run(signal);
  }

  async stop(secondary: 'Stopped' | 'MaxRuntimeExceeded'): Promise<void> {
    const signal = this.interrupt();
    this.enter('Stopping', 'Stopping the training job', 'Stopping');
    await this.wait(life.stopping, signal);
    this.enter(secondary, 'Training job stopped', 'Stopped');
  }

  fail(reason: string): void {
    this.interrupt();
    this.job.failureReason = reason;
    this.enter('Failed', 'Training job failed', 'Failed');
  }

  private enter(secondary: string, message: string, status?: string): void {
    this.job.enter(secondary, message, status);
    this.parts.changed(this.job);
  }

  private get root(): string | undefined {
    return this.job.request.CheckpointConfig?.S3Uri.replace(/\/?$/, '/');
  }

  private async readData(): Promise<void> {
    const wrong = await dataError(this.parts.bucket, this.job.request);
    if (wrong === undefined) return;
    this.say(wrong);
    this.fail(scriptFailure(wrong));
    throw new Cut();
  }

  /** As the trainer does at its start: the highest-numbered checkpoint, or from the beginning. */
  private async load(): Promise<void> {
    const { root } = this;
    const step = root === undefined ? undefined : await latestStep(this.parts.bucket, root);
    if (root === undefined || step === undefined) return;
    this.say(`Resuming from checkpoint /opt/ml/checkpoints/checkpoint-${step} (global step ${step})`);
    const loaded = await load(this.parts.bucket, `${root}checkpoint-${step}/`);
    if ('step' in loaded) {
      this.job.step = loaded.step;
      this.batch = loaded.batch ?? this.batch;
      return;
    }
    this.say(loaded.error);
    this.fail(scriptFailure(loaded.error));
    throw new Cut();
  }

  private async train(signal: AbortSignal): Promise<void> {
    const { max_steps: steps = '2000', save_steps: every = '50' } = this.job.request.HyperParameters;
    while (this.job.step < Number(steps)) {
      await this.wait(life.step, signal);
      this.fitOrDie();
      this.job.step += 1;
      this.say(progressLine(this.job.step));
      if (this.root !== undefined && this.job.step % Number(every) === 0) {
        this.saving = this.save(this.root, this.job.step, signal);
        await this.saving;
      }
    }
    this.enter('Uploading', 'Uploading generated training model');
    await this.wait(life.uploading, signal);
    await this.parts.bucket.put(this.job.modelUri, 'a model');
    this.enter('Completed', 'Training job completed', 'Completed');
  }

  /** The first step with a batch that does not fit ends the job. */
  private fitOrDie(): void {
    const verdict = this.parts.memory.verdict(this.job, this.batch);
    if (verdict === undefined) return;
    if (verdict === 'gpu') this.say(outOfGpuMemory);
    this.fail(verdict === 'gpu' ? scriptFailure(outOfGpuMemory) : killedForMemory);
    throw new Cut();
  }

  /** A step that fails is not in the middle of a save: the trainer does one after the other. */
  async betweenSaves(): Promise<void> {
    await this.saving.catch(() => undefined);
  }

  private async save(root: string, step: number, signal: AbortSignal): Promise<void> {
    for (const name of this.copiesCheckpoints ? writeOrder : []) {
      if (signal.aborted) throw new Cut();
      await this.parts.bucket.put(`${root}checkpoint-${step}/${name}`, await fileAt(name, step, this.batch));
    }
    this.say(`Saving model checkpoint to /opt/ml/checkpoints/checkpoint-${step}`);
  }

  private say(line: string): void {
    this.parts.logbook.write(this.job, line);
  }

  private async wait(lifeSeconds: number, signal: AbortSignal): Promise<void> {
    try {
      await pause((lifeSeconds * 1000) / this.parts.speed, undefined, { signal });
    } catch {
      throw new Cut();
    }
  }
}
