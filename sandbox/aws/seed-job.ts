import { type Job, stageSeconds } from './job.ts';
import type { Logbook } from './logbook.ts';
import { progressLine } from './script-output.ts';
import { trainingBucket } from './seed.ts';

type Tier = 'gold' | 'silver' | 'bronze';

/** A job that has already been training when the sandbox starts. */
export interface SeedJob {
  readonly name: string;
  readonly tier: Tier;
  /** The current step. */
  readonly step: number;
  /** Steps with a complete checkpoint in S3. */
  readonly checkpoints?: readonly number[];
  /** Steps with a copy under the same key below `s3.backup` of relight.example.yaml. */
  readonly backups?: readonly number[];
  /** The default is both subnets of the account. */
  readonly subnets?: readonly Subnet[];
}

const subnets = { a: 'subnet-0aa11bb22cc33dd44', b: 'subnet-0ee55ff66aa77bb88' } as const;
type Subnet = keyof typeof subnets;

const SecurityGroupIds = ['sg-0a1b2c3d4e5f60718'];

/** The network part of a request. */
export function inSubnets(chosen: readonly Subnet[]): Record<string, unknown> {
  return { VpcConfig: { SecurityGroupIds, Subnets: chosen.map((one) => subnets[one]) } };
}

/** A CreateTrainingJob request as the SageMaker SDK would send it. */
export function seedRequest(
  name: string,
  tier: Tier,
  instanceType: string,
  changes: Readonly<Record<string, string>> = {},
): Record<string, unknown> {
  return {
    TrainingJobName: name,
    AlgorithmSpecification: algorithm,
    RoleArn: 'arn:aws:iam::123456789012:role/SageMakerTrainingRole',
    InputDataConfig: [channel('train', `${tier}/train.jsonl`), channel('eval', `${tier}/eval/`)],
    OutputDataConfig: { S3OutputPath: `s3://${trainingBucket}/output/` },
    ResourceConfig: {
      InstanceType: instanceType,
      InstanceCount: 1,
      VolumeSizeInGB: 500,
      KeepAlivePeriodInSeconds: 1_800,
    },
    ...inSubnets(['a', 'b']),
    StoppingCondition: { MaxRuntimeInSeconds: 259_200, MaxWaitTimeInSeconds: 345_600 },
    HyperParameters: { ...hyperParameters(tier), ...changes },
    CheckpointConfig: {
      S3Uri: `s3://${trainingBucket}/checkpoints/${name}/`,
      LocalPath: '/opt/ml/checkpoints',
    },
    Environment: { NCCL_DEBUG: 'WARN', WANDB_MODE: 'offline' },
    RetryStrategy: { MaximumRetryAttempts: 3 },
    EnableManagedSpotTraining: true,
    EnableNetworkIsolation: false,
    EnableInterContainerTrafficEncryption: true,
    Tags: [
      { Key: 'team', Value: 'alignment' },
      { Key: 'tier', Value: tier },
      { Key: 'cost-centre', Value: 'ml-4711' },
    ],
  };
}

const algorithm = {
  TrainingImage:
    '763104351884.dkr.ecr.us-east-1.amazonaws.com/huggingface-pytorch-training:2.5.1-transformers4.49.0-gpu-py311-cu124-ubuntu22.04',
  TrainingInputMode: 'FastFile',
  EnableSageMakerMetricsTimeSeries: true,
  MetricDefinitions: [
    { Name: 'train:loss', Regex: "'loss': ([0-9.]+)" },
    { Name: 'train:reward', Regex: "'reward': ([0-9.]+)" },
  ],
};

/** Hyperparameters are strings; the SDK JSON-encodes some of them inside the string. */
function hyperParameters(tier: Tier): Record<string, string> {
  return {
    model_id: '"Qwen/Qwen2.5-7B-Instruct"',
    max_steps: '2000',
    save_steps: '50',
    per_device_train_batch_size: '8',
    gradient_accumulation_steps: '4',
    num_generations: '8',
    learning_rate: '1e-06',
    bf16: 'true',
    sagemaker_program: '"train_grpo.py"',
    sagemaker_submit_directory: `"s3://${trainingBucket}/code/${tier}/sourcedir.tar.gz"`,
    sagemaker_region: '"us-east-1"',
    sagemaker_container_log_level: '20',
  };
}

function channel(ChannelName: string, path: string): unknown {
  const S3DataSource = {
    S3DataType: 'S3Prefix',
    S3Uri: `s3://${trainingBucket}/training-data/${path}`,
    S3DataDistributionType: 'FullyReplicated',
  };
  return {
    ChannelName,
    DataSource: { S3DataSource },
    ContentType: 'application/jsonlines',
    CompressionType: 'None',
    InputMode: 'FastFile',
  };
}

/** Backdates the times, logs and metrics of a seeded job: one at step 1,320 has trained for two hours. */
export function backdate(job: Job, step: number, logbook: Logbook): void {
  const trained = step * stageSeconds.step;
  const now = Date.now() / 1000;
  const earlier = job.transitions.map((one) => ({
    ...one,
    StartTime: one.StartTime - trained - beforeTraining(one.Status),
    ...(one.EndTime === undefined
      ? {}
      : { EndTime: one.EndTime - trained - beforeTraining(one.Status, 'end') }),
  }));
  job.transitions.splice(0, job.transitions.length, ...earlier);
  job.createdAt = earlier[0]?.StartTime ?? job.createdAt;
  job.startedAt = now - trained;
  for (let past = 1; past <= step; past += 1)
    logbook.write(job, progressLine(past), (now - (step - past) * stageSeconds.step) * 1000);
}

/** How many seconds before training a stage began or ended. */
function beforeTraining(status: string, edge: 'start' | 'end' = 'start'): number {
  const stages: Readonly<Record<string, readonly [number, number]>> = {
    Starting: [195, 45],
    Downloading: [45, 0],
  };
  return stages[status]?.[edge === 'start' ? 0 : 1] ?? 0;
}
