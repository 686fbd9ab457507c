import {
  DescribeTrainingJobCommand,
  type DescribeTrainingJobCommandOutput,
  type SageMakerClient,
} from '@aws-sdk/client-sagemaker';
import { z } from 'zod';
import type { TrainingJob } from '../../ports/ports.ts';
import { callAws, unless } from '../aws-errors.ts';

const time = z.date().transform((date) => date.getTime());
const Uri = z.templateLiteral(['s3://', z.string()]);

/** The fields that Relight reads. Jobs that failed early lack most timestamps; jobs with instance groups have no type. */
const Described = z.object({
  TrainingJobName: z.string(),
  TrainingJobArn: z.string(),
  TrainingJobStatus: z.string(),
  SecondaryStatus: z.string(),
  SecondaryStatusTransitions: z
    .array(z.object({ Status: z.string(), StartTime: time, EndTime: time.optional() }))
    .default([]),
  FailureReason: z.string().optional(),
  EnableManagedSpotTraining: z.boolean().default(false),
  CheckpointConfig: z.object({ S3Uri: Uri }).optional(),
  ResourceConfig: z
    .object({
      InstanceType: z.string().optional(),
      InstanceCount: z.number().optional(),
      VolumeSizeInGB: z.number().optional(),
    })
    .default({}),
  HyperParameters: z.record(z.string(), z.string()).default({}),
  Environment: z.record(z.string(), z.string()).default({}),
  InputDataConfig: z
    .array(
      z.object({
        ChannelName: z.string(),
        DataSource: z.object({
          S3DataSource: z.object({ S3Uri: Uri, S3DataType: z.string() }).optional(),
        }),
      }),
    )
    .default([]),
  AlgorithmSpecification: z
    .object({
      TrainingImage: z.string().optional(),
      ContainerArguments: z.array(z.string()).optional(),
      MetricDefinitions: z.array(z.object({ Name: z.string() })).optional(),
    })
    .default({}),
  ModelArtifacts: z.object({ S3ModelArtifacts: Uri }).optional().catch(undefined),
  OutputDataConfig: z.object({ S3OutputPath: Uri }).optional().catch(undefined),
  FinalMetricDataList: z
    .array(z.object({ MetricName: z.string(), Value: z.number() }))
    .optional()
    .catch(undefined),
  RoleArn: z.string().optional(),
  VpcConfig: z.object({ Subnets: z.array(z.string()).optional() }).optional(),
  CreationTime: time,
  TrainingEndTime: time.optional(),
});

/** The complete response, for copying and comparing field by field. Undefined when the job does not exist. */
export async function findRaw(
  client: SageMakerClient,
  job: string,
): Promise<DescribeTrainingJobCommandOutput | undefined> {
  return unless(['job-not-found'], () => describeRaw(client, job));
}

export async function describeRaw(
  client: SageMakerClient,
  job: string,
): Promise<DescribeTrainingJobCommandOutput> {
  return callAws(`DescribeTrainingJob ${job}`, () =>
    client.send(new DescribeTrainingJobCommand({ TrainingJobName: job })),
  );
}

export async function describeJob(client: SageMakerClient, job: string): Promise<TrainingJob> {
  const raw = await describeRaw(client, job);
  return callAws(`DescribeTrainingJob ${job}`, async () => toTrainingJob(Described.parse(raw)));
}

function toTrainingJob(job: z.infer<typeof Described>): TrainingJob {
  const { InstanceType, InstanceCount, VolumeSizeInGB } = job.ResourceConfig;
  const { TrainingImage: image, MetricDefinitions: metrics, ContainerArguments } = job.AlgorithmSpecification;
  const metricNames = metrics?.map(({ Name }) => Name);
  const finals = job.FinalMetricDataList?.map(({ MetricName, Value }) => [MetricName, Value] as const);
  return {
    name: job.TrainingJobName,
    arn: job.TrainingJobArn,
    status: job.TrainingJobStatus,
    secondaryStatus: job.SecondaryStatus,
    transitions: job.SecondaryStatusTransitions.map(({ Status, StartTime, EndTime }) => ({
      status: Status,
      startedAt: StartTime,
      ...optional('endedAt', EndTime),
    })),
    spot: job.EnableManagedSpotTraining,
    hyperParameters: job.HyperParameters,
    environment: job.Environment,
    inputs: job.InputDataConfig.flatMap(({ ChannelName: name, DataSource: { S3DataSource: source } }) =>
      source === undefined ? [] : [{ name, uri: source.S3Uri, type: source.S3DataType }],
    ),
    subnets: job.VpcConfig?.Subnets ?? [],
    createdAt: job.CreationTime,
    ...optional('failureReason', job.FailureReason),
    ...optional('checkpointUri', job.CheckpointConfig?.S3Uri),
    ...optional('instanceType', InstanceType),
    ...optional('instanceCount', InstanceCount),
    ...optional('volumeGb', VolumeSizeInGB),
    ...optional('image', image),
    ...optional('containerArguments', ContainerArguments),
    ...optional('metricNames', metricNames),
    ...optional('finalMetrics', finals && Object.fromEntries(finals)),
    ...optional('modelUri', job.ModelArtifacts?.S3ModelArtifacts),
    ...optional('outputUri', job.OutputDataConfig?.S3OutputPath),
    ...optional('role', job.RoleArn),
    ...optional('endedAt', job.TrainingEndTime),
  };
}

/** Omits fields that AWS did not return. */
function optional<K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]: V });
}
