import type { DescribeTrainingJobCommandOutput } from '@aws-sdk/client-sagemaker';

/** The DescribeTrainingJob response for a failed job that uses every field. */
export function describedJob(
  changes: Partial<DescribeTrainingJobCommandOutput> = {},
): DescribeTrainingJobCommandOutput {
  return { ...job, ...changes };
}

const arn = 'arn:aws:sagemaker:us-east-1:123456789012';
const at = new Date('2025-11-04T12:00:00Z');
const job: DescribeTrainingJobCommandOutput = {
  $metadata: { httpStatusCode: 200 },
  TrainingJobName: 'srl-rlvr-gold-20251104',
  TrainingJobArn: `${arn}:training-job/srl-rlvr-gold-20251104`,
  AlgorithmSpecification: {
    TrainingImage: '763104351884.dkr.ecr.us-east-1.amazonaws.com/huggingface-pytorch-training:2.1.0',
    TrainingInputMode: 'FastFile',
    MetricDefinitions: [{ Name: 'reward', Regex: "'reward': (.*?)," }],
    EnableSageMakerMetricsTimeSeries: true,
    ContainerArguments: ['--bf16', 'true'],
  },
  CheckpointConfig: {
    S3Uri: 's3://srl-rlvr-training/checkpoints/gold/',
    LocalPath: '/opt/ml/checkpoints',
  },
  DebugHookConfig: { S3OutputPath: 's3://srl-rlvr-training/debug/' },
  DebugRuleConfigurations: [{ RuleConfigurationName: 'LossNotDecreasing', RuleEvaluatorImage: 'i' }],
  EnableInterContainerTrafficEncryption: true,
  EnableManagedSpotTraining: true,
  EnableNetworkIsolation: false,
  Environment: { NCCL_DEBUG: 'INFO' },
  ExperimentConfig: { ExperimentName: 'srl-rlvr', TrialName: 'gold' },
  HyperParameters: { per_device_train_batch_size: '"8"', sagemaker_program: '"train.py"', empty: '' },
  InfraCheckConfig: { EnableInfraCheck: true },
  InputDataConfig: [
    {
      ChannelName: 'train',
      DataSource: {
        S3DataSource: {
          S3DataType: 'S3Prefix',
          S3Uri: 's3://srl-rlvr-training/training-data/gold/',
          S3DataDistributionType: 'FullyReplicated',
        },
      },
      CompressionType: 'None',
      InputMode: 'FastFile',
    },
  ],
  MlflowConfig: { MlflowResourceArn: `${arn}:mlflow-app/app-1`, MlflowRunName: 'gold' },
  ModelPackageConfig: { ModelPackageGroupArn: `${arn}:model-package-group/srl-rlvr-gold` },
  OutputDataConfig: { S3OutputPath: 's3://srl-rlvr-training/output/', CompressionType: 'NONE' },
  ProfilerConfig: { DisableProfiler: true },
  ProfilerRuleConfigurations: [{ RuleConfigurationName: 'ProfilerReport', RuleEvaluatorImage: 'i' }],
  RemoteDebugConfig: { EnableRemoteDebug: true },
  ResourceConfig: {
    InstanceType: 'ml.p4d.24xlarge',
    InstanceCount: 2,
    VolumeSizeInGB: 500,
    KeepAlivePeriodInSeconds: 1800,
  },
  RetryStrategy: { MaximumRetryAttempts: 3 },
  RoleArn: 'arn:aws:iam::123456789012:role/SageMakerTrainingRole',
  ServerlessJobConfig: {
    BaseModelArn: 'arn:aws:sagemaker:us-east-1:aws:hub-content/x',
    JobType: 'FineTuning',
  },
  StoppingCondition: { MaxRuntimeInSeconds: 86_400, MaxWaitTimeInSeconds: 172_800 },
  TensorBoardOutputConfig: { S3OutputPath: 's3://srl-rlvr-training/tensorboard/' },
  VpcConfig: { SecurityGroupIds: ['sg-1'], Subnets: ['subnet-1', 'subnet-2'] },
  ModelArtifacts: { S3ModelArtifacts: '' },
  TrainingJobStatus: 'Stopped',
  SecondaryStatus: 'MaxWaitTimeExceeded',
  SecondaryStatusTransitions: [{ Status: 'Starting', StartTime: at, EndTime: at }],
  CreationTime: at,
  LastModifiedTime: at,
  TrainingEndTime: at,
  BillableTimeInSeconds: 60,
  FailureReason: 'InternalServerError',
  FinalMetricDataList: [{ MetricName: 'reward', Value: 1, Timestamp: at }],
  WarmPoolStatus: { Status: 'Terminated' },
  ProfilingStatus: 'Disabled',
};
