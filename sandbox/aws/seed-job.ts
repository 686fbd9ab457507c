import { trainingBucket } from './seed.ts';

type Tier = 'gold' | 'silver' | 'bronze';

/** A job that has been training for a while when the sandbox starts. */
export interface SeedJob {
  readonly name: string;
  readonly tier: Tier;
  /** The step that it has come to. */
  readonly step: number;
  /** The steps of which a whole checkpoint stands in S3. */
  readonly checkpoints?: readonly number[];
  /** The steps of which a copy stands below `s3.backup` of relight.example.yaml, under the same key. */
  readonly backups?: readonly number[];
  /** Left out: both subnets of the account. */
  readonly subnets?: readonly Subnet[];
}

const subnets = { a: 'subnet-0aa11bb22cc33dd44', b: 'subnet-0ee55ff66aa77bb88' } as const;
type Subnet = keyof typeof subnets;

const SecurityGroupIds = ['sg-0a1b2c3d4e5f60718'];

/** The part of a request that says where the job runs. */
export function inSubnets(chosen: readonly Subnet[]): Record<string, unknown> {
  return { VpcConfig: { SecurityGroupIds, Subnets: chosen.map((one) => subnets[one]) } };
}

/** A job as a team would have launched it with the SageMaker SDK. */
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

/** Hyperparameters are strings, and the SDK writes some of them as JSON within the string. */
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
