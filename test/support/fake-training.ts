import { OpsError } from '../../src/errors.ts';
import type {
  CloneChanges,
  CloneDraft,
  JsonObject,
  Launch,
  LaunchRequest,
  Token,
  TrainingChanges,
  TrainingJob,
} from '../../src/ports/ports.ts';
import { ended, minute, root } from './a-training-run.ts';

export const failedJob = 'srl-rlvr-gold-20251104';

/** A spot job that was interrupted, waited for new instances without success, and was stopped by SageMaker. */
export function aJob(changes: Partial<TrainingJob> = {}): TrainingJob {
  const name = changes.name ?? failedJob;
  return {
    name,
    arn: `arn:aws:sagemaker:eu-west-1:123456789012:training-job/${name}`,
    status: 'Stopped',
    secondaryStatus: 'MaxWaitTimeExceeded',
    transitions: [
      { status: 'Starting', startedAt: ended - 300 * minute },
      { status: 'Training', startedAt: ended - 290 * minute },
      { status: 'Interrupted', startedAt: ended - 20 * minute },
      { status: 'Starting', startedAt: ended - 19 * minute },
    ],
    spot: true,
    checkpointUri: root,
    instanceType: 'ml.p4d.24xlarge',
    instanceCount: 1,
    hyperParameters: {},
    environment: {},
    inputs: [],
    createdAt: ended - 301 * minute,
    endedAt: ended,
    ...changes,
  };
}

/** The fields of the failed job that a clone copies. */
const source: JsonObject = {
  TrainingJobName: failedJob,
  RoleArn: 'arn:aws:iam::123456789012:role/training',
  CheckpointConfig: { S3Uri: root, LocalPath: '/opt/ml/checkpoints' },
  ResourceConfig: { InstanceType: 'ml.p4d.24xlarge', InstanceCount: 1, VolumeSizeInGB: 500 },
  Tags: [{ Key: 'team', Value: 'rlvr' }],
};

/** In-memory SageMaker training for actions; records launches and stops. */
export class FakeTraining implements TrainingChanges {
  readonly jobs = new Map<string, TrainingJob>();
  readonly launches: LaunchRequest[] = [];
  readonly stops: string[] = [];
  /** The source request for clones; tests may replace it. */
  source: JsonObject = source;
  lost: readonly string[] = [];

  put(job: TrainingJob): void {
    this.jobs.set(job.name, job);
  }

  async find(name: string): Promise<TrainingJob | undefined> {
    return this.jobs.get(name);
  }

  async describe(name: string): Promise<TrainingJob> {
    const job = this.jobs.get(name);
    if (job === undefined) throw new OpsError('job-not-found', name);
    return job;
  }

  async draftClone(_job: string, changes: CloneChanges): Promise<CloneDraft> {
    const { name, checkpointUri, tags, hyperParameters, environment, spot, subnets } = changes;
    const { instanceType, instanceCount, volumeGb } = changes;
    const resources = {
      ...(instanceType !== undefined && { InstanceType: instanceType }),
      ...(instanceCount !== undefined && { InstanceCount: instanceCount }),
      ...(volumeGb !== undefined && { VolumeSizeInGB: volumeGb }),
    };
    const added = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
    const checkpoints =
      checkpointUri === undefined
        ? {}
        : { CheckpointConfig: { S3Uri: checkpointUri, LocalPath: '/opt/ml/checkpoints' } };
    const request = {
      ...this.source,
      ...checkpoints,
      ...(hyperParameters !== undefined && { HyperParameters: hyperParameters }),
      ...(environment !== undefined && { Environment: environment }),
      ...(Object.keys(resources).length > 0 && {
        ResourceConfig: { InstanceType: 'ml.p4d.24xlarge', InstanceCount: 1, ...resources },
      }),
      ...(subnets !== undefined && { VpcConfig: { Subnets: [...subnets] } }),
      ...(spot !== undefined && { EnableManagedSpotTraining: spot }),
      TrainingJobName: name,
      Tags: [{ Key: 'team', Value: 'rlvr' }, ...added],
    };
    return { request, source: this.source, lost: this.lost };
  }

  /** Tags by job. */
  readonly tagged = new Map<string, ReadonlyMap<string, string>>();

  async tags(name: string): Promise<ReadonlyMap<string, string>> {
    return this.tagged.get(name) ?? new Map();
  }

  async stop(name: string, token: Token): Promise<void> {
    const job = await this.describe(name);
    if (job.status !== 'InProgress') return;
    await token.confirm();
    this.stops.push(name);
    this.put({ ...job, status: 'Stopping', secondaryStatus: 'Stopping' });
  }

  async launch(request: LaunchRequest, token: Token): Promise<Launch> {
    token.requireApproved(request);
    const existing = this.jobs.get(request.TrainingJobName);
    if (existing !== undefined) return { name: existing.name, arn: existing.arn, adopted: true };
    await token.confirm();
    this.launches.push(request);
    const job = aJob({
      name: request.TrainingJobName,
      status: 'InProgress',
      secondaryStatus: 'Starting',
      transitions: [],
    });
    this.put(job);
    return { name: job.name, arn: job.arn, adopted: false };
  }
}
