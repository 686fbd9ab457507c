import { OpsError } from '../../src/errors.ts';
import type { ActionPorts } from '../../src/playbooks/define/action-ports.ts';
import type {
  AttemptKey,
  CloneChanges,
  CloneDraft,
  JsonObject,
  Launch,
  LaunchRequest,
  Token,
  TrainingChanges,
  TrainingJob,
} from '../../src/ports/ports.ts';
import { approvedFixes } from '../../src/training-data/fix/approved-fixes.ts';
import { planFix } from '../../src/training-data/fix/plan/plan-fix.ts';
import { runFix } from '../../src/training-data/fix/run-fix.ts';
import { validateData } from '../../src/training-data/validate-data.ts';
import { ended, minute, root } from './a-training-run.ts';
import { type FakeFiles, fakeFiles } from './fake-files.ts';
import { type FakeLogs, fakeLogs } from './fake-logs.ts';
import { type FakeMetrics, fakeMetrics } from './fake-metrics.ts';
import { FakeModels } from './fake-models.ts';
import { type FakeRecords, fakeRecords } from './fake-records.ts';
import { type FakeRegion, fakeRegion } from './fake-region.ts';
import { memoryBlocklist } from './memory-blocklist.ts';
import { MemoryCheckpoints } from './memory-checkpoints.ts';
import { MemoryDatasets } from './memory-datasets.ts';
import { memoryFixedData } from './memory-fixed-data.ts';

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
class FakeTraining implements TrainingChanges {
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
      ResourceConfig: {
        InstanceType: 'ml.p4d.24xlarge',
        InstanceCount: 1,
        VolumeSizeInGB: 500,
        ...resources,
      },
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

export interface FakePorts extends ActionPorts {
  readonly training: FakeTraining;
  readonly checkpoints: MemoryCheckpoints;
  readonly logs: FakeLogs;
  readonly metrics: FakeMetrics;
  readonly models: FakeModels;
  readonly region: FakeRegion;
  readonly files: FakeFiles;
  readonly record: FakeRecords;
  readonly datasets: MemoryDatasets;
  /** Log lines by job. */
  readonly logLines: Map<string, readonly string[]>;
  /** The time of the fake clock; tests may change it. */
  readonly time: { now: number };
}

export function fakePorts(): FakePorts {
  const time = { now: ended + 15 * minute };
  const datasets = new MemoryDatasets();
  const fixedData = memoryFixedData(datasets);
  const logLines = new Map<string, readonly string[]>();
  const training = new FakeTraining();
  return {
    training,
    checkpoints: new MemoryCheckpoints(),
    blocklist: memoryBlocklist(),
    logs: fakeLogs(logLines),
    metrics: fakeMetrics(),
    models: new FakeModels(),
    region: fakeRegion(training.jobs),
    files: fakeFiles(),
    record: fakeRecords(),
    datasets,
    dataScans: { report: async (question) => validateData(question, datasets) },
    dataFixes: approvedFixes(
      {
        plan: async (job) => planFix(job, datasets),
        run: async (job, run) => runFix(job, run, { datasets, fixedData }),
      },
      datasets,
    ),
    fixedDataPrefix: 's3://srl-rlvr-training/fixed-data/',
    tiersData: {},
    clock: { now: () => time.now },
    caps: { instanceTypes: ['ml.p4d.24xlarge'], instanceCount: 4, volumeGb: 1_000 },
    recoveryPrefix: 's3://srl-rlvr-training/checkpoints-recovery/',
    backupPrefix: 's3://srl-rlvr-backup/nightly/',
    logLines,
    time,
  };
}

const id = '0123456789abcdef';
export const firstTry: AttemptKey = { incident: 'i-1', step: 'resumed', attempt: 1, id, earlier: [] };
