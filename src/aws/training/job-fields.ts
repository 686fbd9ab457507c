import type {
  CreateTrainingJobCommandInput,
  DescribeTrainingJobCommandOutput,
} from '@aws-sdk/client-sagemaker';
import { z } from 'zod';
import type { Json, JsonObject } from '../../ports/ports.ts';

/**
 * The fields that CreateTrainingJob takes and DescribeTrainingJob gives back in the same shape. With these a copy is
 * complete but for the name, Tags (ListTags has them) and SessionChainingConfig (nothing gives it back).
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

/** The job's request as far as it can be read back, in plain JSON. */
export function fieldsOf(described: DescribeTrainingJobCommandOutput): JsonObject {
  const picked = copiedFields.map((field) => [field, described[field]]);
  return withoutEmpty(PlainJson.parse(JSON.parse(JSON.stringify(Object.fromEntries(picked)))));
}

/**
 * Describe fills in structures that nobody asked for, such as a VpcConfig without subnets, which Create then refuses.
 * Lists keep their length: an item says something by being there.
 */
export function withoutEmpty(fields: JsonObject): JsonObject {
  const kept = Object.entries(fields).map(([key, value]) => [key, emptied(value)] as const);
  return Object.fromEntries(kept.filter(([, value]) => !isEmpty(value)));
}

function emptied(value: Json): Json {
  if (isList(value)) return value.map(emptied);
  return isObject(value) ? withoutEmpty(value) : value;
}

function isEmpty(value: Json): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Array.isArray does not narrow a readonly array out of a union. */
export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}
