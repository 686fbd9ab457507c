import type { FauxqsServer } from 'fauxqs';
import type { Bucket } from './bucket.ts';
import { fileAt, writeOrder } from './checkpoint.ts';

export const trainingBucket = 'srl-rlvr-training';

/** A record of step-wise reasoning as the jobs train on: made for the sandbox. */
const record = (id: number): string =>
  JSON.stringify({
    id: `item-${id}`,
    problem: `What is ${id} + ${id + 1}?`,
    steps: [`${id} + ${id + 1} = ${id + id + 1}`],
    ground_truth: String(id + id + 1),
  });

export function createBuckets(fauxqs: FauxqsServer): void {
  for (const bucket of [trainingBucket, 'srl-rlvr-audit']) fauxqs.createBucket(bucket);
}

export async function seedObjects(bucket: Bucket): Promise<void> {
  const data = Array.from({ length: 200 }, (_, id) => record(id)).join('\n');
  for (const tier of ['gold', 'silver', 'bronze']) {
    await bucket.put(`s3://${trainingBucket}/training-data/${tier}/train.jsonl`, `${data}\n`);
    await bucket.put(`s3://${trainingBucket}/training-data/${tier}/eval/test.jsonl`, `${record(9_001)}\n`);
  }
  const root = `s3://${trainingBucket}/checkpoints/srl-rlvr-gold-20251104/`;
  for (const step of [1_200, 1_250, 1_300])
    for (const name of writeOrder)
      await bucket.put(`${root}checkpoint-${step}/${name}`, await fileAt(name, step));
}

/** A job as a team would have launched it with the SageMaker SDK: hyperparameters are strings, some of them JSON in a string. */
export function seedRequest(
  name: string,
  tier: 'gold' | 'silver' | 'bronze',
  instanceType: string,
): Record<string, unknown> {
  const channel = (ChannelName: string, path: string): unknown => ({
    ChannelName,
    DataSource: {
      S3DataSource: {
        S3DataType: 'S3Prefix',
        S3Uri: `s3://${trainingBucket}/training-data/${tier}/${path}`,
        S3DataDistributionType: 'FullyReplicated',
      },
    },
    ContentType: 'application/jsonlines',
    CompressionType: 'None',
    InputMode: 'FastFile',
  });
  return {
    TrainingJobName: name,
    AlgorithmSpecification: {
      TrainingImage:
        '763104351884.dkr.ecr.us-east-1.amazonaws.com/huggingface-pytorch-training:2.5.1-transformers4.49.0-gpu-py311-cu124-ubuntu22.04',
      TrainingInputMode: 'FastFile',
      EnableSageMakerMetricsTimeSeries: true,
      MetricDefinitions: [
        { Name: 'train:loss', Regex: "'loss': ([0-9.]+)" },
        { Name: 'train:reward', Regex: "'reward': ([0-9.]+)" },
      ],
    },
    RoleArn: 'arn:aws:iam::123456789012:role/SageMakerTrainingRole',
    InputDataConfig: [channel('train', 'train.jsonl'), channel('eval', 'eval/')],
    OutputDataConfig: { S3OutputPath: `s3://${trainingBucket}/output/` },
    ResourceConfig: {
      InstanceType: instanceType,
      InstanceCount: 1,
      VolumeSizeInGB: 500,
      KeepAlivePeriodInSeconds: 1_800,
    },
    VpcConfig: {
      SecurityGroupIds: ['sg-0a1b2c3d4e5f60718'],
      Subnets: ['subnet-0aa11bb22cc33dd44', 'subnet-0ee55ff66aa77bb88'],
    },
    StoppingCondition: { MaxRuntimeInSeconds: 259_200, MaxWaitTimeInSeconds: 345_600 },
    HyperParameters: {
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
    },
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
