import { setTimeout as pause } from 'node:timers/promises';
import type { Bucket } from './bucket.ts';
import { fileAt, latestStep, load, writeOrder } from './checkpoint.ts';
import { type Job, stageSeconds } from './job.ts';
import type { Logbook } from './logbook.ts';
import { askedBatch, killedForMemory, type Memory, outOfGpuMemory } from './memory.ts';
import { progressLine, scriptFailure } from './script-output.ts';
import { dependencyError } from './source-code.ts';
import { dataError } from './training-data.ts';

export interface TrainingDeps {
  readonly bucket: Bucket;
  readonly logbook: Logbook;
  readonly memory: Memory;
  readonly speed: number;
  /** Called at every status change of a job. */
  readonly changed: (job: Job) => void;
}

/** Thrown to end the current stage: the job was interrupted or stopped, or the sandbox is closing. */
export class StageAborted extends Error {}

/** Simulates one job. Each stage runs until it ends or until the next stage aborts it. */
export class Training {
  private readonly deps: TrainingDeps;
  readonly job: Job;
  private stage = new AbortController();
  private saving: Promise<void> = Promise.resolve();
  /** The batch size per GPU. */
  batch: number;
  /** If false, the script still saves checkpoints, but they are no longer uploaded to S3. */
  copiesCheckpoints = true;

  constructor(deps: TrainingDeps, job: Job) {
    this.deps = deps;
    this.job = job;
    this.batch = askedBatch(job);
  }

  /** Aborts the current stage and returns the signal for the next one. */
  interrupt(): AbortSignal {
    this.stage.abort();
    this.stage = new AbortController();
    return this.stage.signal;
  }

  /** Runs the job from Starting to the end. */
  async run(signal: AbortSignal = this.interrupt()): Promise<void> {
    this.enter('Starting', 'Launching requested ML instances', 'InProgress');
    await this.wait(stageSeconds.starting, signal);
    this.enter('Downloading', 'Downloading input data');
    await this.wait(stageSeconds.downloading, signal);
    this.enter('Training', 'Training image download completed. Training in progress.');
    await this.readData();
    await this.load();
    await this.train(signal);
  }

  /** Starts in the middle of training. */
  async resumeFrom(step: number): Promise<void> {
    this.job.enter('Starting', 'Launching requested ML instances');
    this.job.enter('Downloading', 'Downloading input data');
    this.job.enter('Training', 'Training image download completed. Training in progress.');
    this.job.step = step;
    await this.train(this.interrupt());
  }

  /** Managed spot training gets no instances within MaxWaitTimeInSeconds. */
  async loseCapacityForGood(): Promise<void> {
    const signal = this.interrupt();
    this.enter('Interrupted', 'Training job interrupted due to Spot capacity');
    await this.wait(stageSeconds.interrupted, signal);
    this.enter('Starting', 'Insufficient capacity error from EC2 while launching instances, retrying!');
    await this.wait(stageSeconds.interrupted, signal);
    this.enter('Stopping', 'Stopping the training job', 'Stopping');
    await this.wait(stageSeconds.stopping, signal);
    this.enter(
      'MaxWaitTimeExceeded',
      'Training job wait time exceeded MaxWaitTimeInSeconds provided',
      'Stopped',
    );
  }

  /** Interrupts the job; SageMaker finds no new instances until someone stops the job. */
  waitForCapacity(minutesAgo: number): void {
    this.interrupt();
    const at = Date.now() / 1_000 - minutesAgo * 60;
    this.enter('Interrupted', 'Training job interrupted due to Spot capacity', 'InProgress', at);
    const retrying = 'Insufficient capacity error from EC2 while launching instances, retrying!';
    this.enter('Starting', retrying, 'InProgress', at);
  }

  async restartBySageMaker(): Promise<void> {
    const signal = this.interrupt();
    this.enter('Interrupted', 'Training job interrupted due to Spot capacity');
    await this.wait(stageSeconds.interrupted, signal);
    await this.run(signal);
  }

  async stop(secondary: 'Stopped' | 'MaxRuntimeExceeded'): Promise<void> {
    const signal = this.interrupt();
    this.enter('Stopping', 'Stopping the training job', 'Stopping');
    await this.wait(stageSeconds.stopping, signal);
    this.enter(secondary, 'Training job stopped', 'Stopped');
  }

  fail(reason: string): void {
    this.interrupt();
    this.job.failureReason = reason;
    this.enter('Failed', 'Training job failed', 'Failed');
  }

  private enter(secondary: string, message: string, status?: string, at?: number): void {
    this.job.enter(secondary, message, status, at);
    this.deps.changed(this.job);
  }

  private get root(): string | undefined {
    return this.job.request.CheckpointConfig?.S3Uri.replace(/\/?$/, '/');
  }

  private async readData(): Promise<void> {
    const { bucket } = this.deps;
    const { request } = this.job;
    const wrong = (await dependencyError(bucket, request)) ?? (await dataError(bucket, request));
    if (wrong === undefined) return;
    this.print(wrong);
    this.fail(scriptFailure(wrong));
    throw new StageAborted();
  }

  /** Loads the highest-numbered checkpoint, as the trainer does at startup, or starts from the beginning. */
  private async load(): Promise<void> {
    const { root } = this;
    const step = root === undefined ? undefined : await latestStep(this.deps.bucket, root);
    if (root === undefined || step === undefined) return;
    this.print(`Resuming from checkpoint /opt/ml/checkpoints/checkpoint-${step} (global step ${step})`);
    const loaded = await load(this.deps.bucket, `${root}checkpoint-${step}/`);
    if ('step' in loaded) {
      this.job.step = loaded.step;
      this.batch = loaded.batch ?? this.batch;
      return;
    }
    this.print(loaded.error);
    this.fail(scriptFailure(loaded.error));
    throw new StageAborted();
  }

  private async train(signal: AbortSignal): Promise<void> {
    const { max_steps: steps = '2000', save_steps: every = '50' } = this.job.request.HyperParameters;
    while (this.job.step < Number(steps)) {
      await this.wait(stageSeconds.step, signal);
      this.checkMemory();
      this.job.step += 1;
      this.print(progressLine(this.job.step));
      if (this.root !== undefined && this.job.step % Number(every) === 0) {
        this.saving = this.save(this.root, this.job.step, signal);
        await this.saving;
      }
    }
    this.enter('Uploading', 'Uploading generated training model');
    await this.wait(stageSeconds.uploading, signal);
    await this.deps.bucket.put(this.job.modelUri, 'a model');
    this.enter('Completed', 'Training job completed', 'Completed');
  }

  /** Fails the job if its batch does not fit into memory. */
  private checkMemory(): void {
    const exceeded = this.deps.memory.exceeded(this.job, this.batch);
    if (exceeded === undefined) return;
    if (exceeded === 'gpu') this.print(outOfGpuMemory);
    this.fail(exceeded === 'gpu' ? scriptFailure(outOfGpuMemory) : killedForMemory);
    throw new StageAborted();
  }

  /** Waits for a running save, because the trainer never runs a step and a save at the same time. */
  async betweenSaves(): Promise<void> {
    await this.saving.catch(() => undefined);
  }

  private async save(root: string, step: number, signal: AbortSignal): Promise<void> {
    for (const name of this.copiesCheckpoints ? writeOrder : []) {
      if (signal.aborted) throw new StageAborted();
      await this.deps.bucket.put(`${root}checkpoint-${step}/${name}`, await fileAt(name, step, this.batch));
    }
    this.print(`Saving model checkpoint to /opt/ml/checkpoints/checkpoint-${step}`);
  }

  private print(line: string): void {
    this.deps.logbook.write(this.job, line);
  }

  private async wait(realSeconds: number, signal: AbortSignal): Promise<void> {
    try {
      await pause((realSeconds * 1000) / this.deps.speed, undefined, { signal });
    } catch {
      throw new StageAborted();
    }
  }
}
