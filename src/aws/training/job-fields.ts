import type {
  CreateTrainingJobCommandInput,
  DescribeTrainingJobCommandOutput,
} from '@aws-sdk/client-sagemaker';
import { z } from 'zod';
import { isList, isObject, type Json, type JsonObject } from '../../ports/basics.ts';

/**
 * The fields that CreateTrainingJob accepts and DescribeTrainingJob returns in the same shape. A copy of these is complete
 * except for the name, Tags (returned by ListTags) and SessionChainingConfig (not returned by any call).
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTrainingJob.html
 */
export const copiedFields = [
  'AlgorithmSpecification',
  'CheckpointConfig',
  'DebugHookConfig',
  'DebugRuleConfigurations',
  'EnableInterContainerTrafficEncryption',
  'EnableManagedSpotTraining',
  'EnableNetworkIsolation',
  'Environment',
  'ExperimentConfig',
  'HyperParameters',
  'InfraCheckConfig',
  'InputDataConfig',
  'MlflowConfig',
  'ModelPackageConfig',
  'OutputDataConfig',
  'ProfilerConfig',
  'ProfilerRuleConfigurations',
  'RemoteDebugConfig',
  'ResourceConfig',
  'RetryStrategy',
  'RoleArn',
  'ServerlessJobConfig',
  'StoppingCondition',
  'TensorBoardOutputConfig',
  'VpcConfig',
] as const satisfies readonly (keyof CreateTrainingJobCommandInput &
  keyof DescribeTrainingJobCommandOutput)[];

const PlainJson = z.record(z.string(), z.json());

/** The readable part of the job's original request, as plain JSON. */
export function fieldsOf(described: DescribeTrainingJobCommandOutput): JsonObject {
  const picked = copiedFields.map((field) => [field, described[field]]);
  return withoutEmpty(PlainJson.parse(JSON.parse(JSON.stringify(Object.fromEntries(picked)))));
}

/**
 * Drops empty structures that Describe adds, such as a VpcConfig without subnets, because Create refuses them.
 * Lists keep their length, since the presence of an item can have a meaning.
 */
export function withoutEmpty(fields: JsonObject): JsonObject {
  const kept = Object.entries(fields).map(([key, value]) => [key, pruned(value)] as const);
  return Object.fromEntries(kept.filter(([, value]) => !isEmpty(value)));
}

function pruned(value: Json): Json {
  if (isList(value)) return value.map(pruned);
  return isObject(value) ? withoutEmpty(value) : value;
}

function isEmpty(value: Json): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
