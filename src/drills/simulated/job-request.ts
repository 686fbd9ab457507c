import { z } from 'zod';
import type { JsonObject, S3Uri, TrainingJob } from '../../ports/ports.ts';
import { places, type Simulation } from '../simulation.ts';

/** The request that the failed job was created with. */
export function requestOf({ incident: { job }, scenario, instanceType }: Simulation): JsonObject {
  return {
    TrainingJobName: job,
    AlgorithmSpecification: { TrainingImage: 'huggingface-pytorch-training', TrainingInputMode: 'FastFile' },
    RoleArn: 'arn:aws:iam::000000000000:role/drill',
    InputDataConfig: [
      {
        ChannelName: 'train',
        DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: `${places.data}${job}/` } },
      },
    ],
    OutputDataConfig: { S3OutputPath: places.output },
    ResourceConfig: { InstanceType: instanceType, InstanceCount: 1, VolumeSizeInGB: 500 },
    StoppingCondition: { MaxRuntimeInSeconds: 86_400 },
    HyperParameters: {
      max_steps: '2000',
      save_steps: '50',
      per_device_train_batch_size: '8',
      gradient_accumulation_steps: '4',
      sagemaker_program: '"train.py"',
      ...(scenario.hasSource === true && { sagemaker_submit_directory: `"${sourceOf(job)}"` }),
    },
    CheckpointConfig: { S3Uri: `${places.checkpoints}${job}/`, LocalPath: '/opt/ml/checkpoints' },
    EnableManagedSpotTraining: scenario.spot === true,
    Tags: [{ Key: 'team', Value: 'drill' }],
  };
}

/** The address of the job's source archive. */
export function sourceOf(job: string): S3Uri {
  return `${places.code}${job}/sourcedir.tar.gz`;
}

const Uri = z.templateLiteral(['s3://', z.string()]);

/** The fields of a launch that DescribeTrainingJob returns. */
const Launched = z.object({
  TrainingJobName: z.string(),
  EnableManagedSpotTraining: z.boolean().default(false),
  CheckpointConfig: z.object({ S3Uri: Uri }).optional(),
  ResourceConfig: z.object({
    InstanceType: z.string().optional(),
    InstanceCount: z.number().optional(),
    VolumeSizeInGB: z.number().optional(),
  }),
  HyperParameters: z.record(z.string(), z.string()).default({}),
  Environment: z.record(z.string(), z.string()).default({}),
  AlgorithmSpecification: z.object({ TrainingImage: z.string() }),
  InputDataConfig: z.array(
    z.object({
      ChannelName: z.string(),
      DataSource: z.object({ S3DataSource: z.object({ S3Uri: Uri, S3DataType: z.string() }) }),
    }),
  ),
});

type Times = 'status' | 'secondaryStatus' | 'transitions' | 'failureReason' | 'createdAt' | 'endedAt';

/** The fields of a job that do not change while it runs. */
export function jobIn(request: JsonObject, region: string): Omit<TrainingJob, Times> {
  const launched = Launched.parse(request);
  const { TrainingJobName: name, CheckpointConfig: checkpoints, ResourceConfig: machines } = launched;
  const { InstanceType: instanceType, InstanceCount: instanceCount, VolumeSizeInGB: volumeGb } = machines;
  return {
    name,
    arn: `arn:aws:sagemaker:${region}:000000000000:training-job/${name}`,
    spot: launched.EnableManagedSpotTraining,
    hyperParameters: launched.HyperParameters,
    environment: launched.Environment,
    image: launched.AlgorithmSpecification.TrainingImage,
    inputs: launched.InputDataConfig.map(({ ChannelName, DataSource: { S3DataSource: source } }) => ({
      name: ChannelName,
      uri: source.S3Uri,
      type: source.S3DataType,
    })),
    ...(checkpoints !== undefined && { checkpointUri: checkpoints.S3Uri }),
    ...(instanceType !== undefined && { instanceType }),
    ...(instanceCount !== undefined && { instanceCount }),
    ...(volumeGb !== undefined && { volumeGb }),
  };
}
