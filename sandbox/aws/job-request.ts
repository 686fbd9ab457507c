import { z } from 'zod';
import { AwsError } from './responses.ts';
import { validated } from './validated.ts';

const Tag = z.strictObject({ Key: z.string().min(1).max(128), Value: z.string().max(256) });
const S3Source = z.looseObject({ S3Uri: z.string() });
const Channel = z.looseObject({
  ChannelName: z.string(),
  DataSource: z.looseObject({ S3DataSource: S3Source.optional() }),
});

/** The input of CreateTrainingJob. Members that AWS does not know are refused; the rest is checked only as far as needed. */
export const JobRequest = z.strictObject({
  TrainingJobName: z.string().regex(/^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/),
  AlgorithmSpecification: z.looseObject({ TrainingInputMode: z.string() }),
  RoleArn: z.string().regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/.+/),
  OutputDataConfig: z.looseObject({ S3OutputPath: z.string() }),
  ResourceConfig: z.looseObject({
    InstanceType: z.string().optional(),
    InstanceCount: z.number().optional(),
    VolumeSizeInGB: z.number(),
  }),
  StoppingCondition: z.looseObject({
    MaxRuntimeInSeconds: z.number().optional(),
    MaxWaitTimeInSeconds: z.number().optional(),
  }),
  HyperParameters: z.record(z.string().max(256), z.string().max(2500)).default({}),
  CheckpointConfig: z
    .strictObject({ S3Uri: z.string().max(1024), LocalPath: z.string().optional() })
    .optional(),
  EnableManagedSpotTraining: z.boolean().default(false),
  EnableNetworkIsolation: z.boolean().default(false),
  EnableInterContainerTrafficEncryption: z.boolean().default(false),
  Environment: z.record(z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/), z.string().max(512)).optional(),
  InputDataConfig: z.array(Channel).max(20).optional(),
  VpcConfig: z
    .strictObject({ SecurityGroupIds: z.array(z.string()).min(1), Subnets: z.array(z.string()).min(1) })
    .optional(),
  RetryStrategy: z.strictObject({ MaximumRetryAttempts: z.number().int().min(1).max(30) }).optional(),
  Tags: z.array(Tag).max(50).optional(),
  ...Object.fromEntries(
    [
      'DebugHookConfig',
      'ExperimentConfig',
      'InfraCheckConfig',
      'MlflowConfig',
      'ModelPackageConfig',
      'ProfilerConfig',
      'RemoteDebugConfig',
      'ServerlessJobConfig',
      'SessionChainingConfig',
      'TensorBoardOutputConfig',
    ].map((name) => [name, z.looseObject({}).optional()]),
  ),
  ...Object.fromEntries(
    ['DebugRuleConfigurations', 'ProfilerRuleConfigurations'].map((name) => [
      name,
      z.array(z.looseObject({})).optional(),
    ]),
  ),
});
export type JobRequest = z.infer<typeof JobRequest>;

export function readJobRequest(input: unknown): JobRequest {
  const request = validated(JobRequest, input);
  refuseBadTimes(request);
  if (request.Tags?.some(({ Key }) => Key.startsWith('aws:')) === true)
    throw new AwsError(
      'ValidationException',
      'aws: prefixed tag key names are not allowed for external use.',
    );
  return request;
}

function refuseBadTimes({ StoppingCondition: times, EnableManagedSpotTraining: spot }: JobRequest): void {
  const { MaxWaitTimeInSeconds: wait, MaxRuntimeInSeconds: run = 86_400 } = times;
  if (wait !== undefined && !spot)
    throw new AwsError(
      'ValidationException',
      'MaxWaitTimeInSeconds can only be set when EnableManagedSpotTraining is true',
    );
  if (wait !== undefined && wait < run)
    throw new AwsError(
      'ValidationException',
      'Invalid MaxWaitTimeInSeconds. It must be present and be greater than or equal to MaxRuntimeInSeconds',
    );
}
