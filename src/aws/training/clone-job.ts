import type { DescribeTrainingJobCommandOutput } from '@aws-sdk/client-sagemaker';
import { isList, isObject } from '../../ports/basics.ts';
import { type Tags, tagList } from '../../ports/calls.ts';
import type { CloneChanges, CloneDraft, JsonObject } from '../../ports/ports.ts';
import { withOverrides } from '../../training-job/clone-overrides.ts';
import { isBuiltInImage } from '../../training-job/image-names.ts';
import { fieldsOf, withoutEmpty } from './job-fields.ts';
import { maxTags } from './job-tags.ts';

/** Reserved for the tags that identify the launch. */
const reservedTags = 4;

/**
 * Turns a described job into a valid CreateTrainingJob request. It changes only the requested fields and the ones that
 * Create would refuse.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeTrainingJob.html
 */
export function cloneJob(
  described: DescribeTrainingJobCommandOutput,
  sourceTags: Tags,
  changes: CloneChanges,
): CloneDraft {
  // The instance that SageMaker selected from InstancePreferences is output only.
  const chosen = ['SelectedInstanceType', 'SelectedInstanceCount'];
  const fields = without(fieldsOf(described), 'ResourceConfig', chosen);
  const hasMetrics = hasItems(fields, 'AlgorithmSpecification', 'MetricDefinitions');
  const builtIn = isBuiltIn(described);
  const tags = tagsFor(sourceTags, changes.tags);
  const copied = repairs.reduce(
    (request, repair) => repair(request, builtIn),
    withOverrides(fields, changes),
  );
  return {
    source: {
      TrainingJobName: described.TrainingJobName ?? '',
      ...fields,
      ...(sourceTags.size > 0 && { Tags: tagList(settable(sourceTags)) }),
    },
    request: {
      ...withoutEmpty(copied),
      TrainingJobName: changes.name,
      Tags: tagList(tags.kept),
    },
    lost: [...lostOf(described, builtIn && hasMetrics), ...tags.lost],
  };
}

type Repair = (request: JsonObject, builtIn: boolean) => JsonObject;

/** One function per field that Describe returns and Create refuses. */
const repairs: readonly Repair[] = [
  // "Only for managed spot training": https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_StoppingCondition.html
  (request) =>
    request['EnableManagedSpotTraining'] === true
      ? request
      : without(request, 'StoppingCondition', ['MaxWaitTimeInSeconds']),
  // A job has either one instance type or instance groups. For groups, Describe also returns a count of 0.
  (request) =>
    hasItems(request, 'ResourceConfig', 'InstanceGroups') ||
    hasItems(request, 'ResourceConfig', 'InstancePreferences')
      ? without(request, 'ResourceConfig', ['InstanceType', 'InstanceCount'])
      : request,
  // Built-in algorithms define their own metrics and refuse others.
  (request, builtIn) =>
    builtIn ? without(request, 'AlgorithmSpecification', ['MetricDefinitions']) : request,
  // Added by a tuning job, which the copy does not belong to.
  (request) => without(request, 'HyperParameters', ['_tuning_objective_metric']),
];

function without(request: JsonObject, field: string, keys: readonly string[]): JsonObject {
  const value = request[field];
  if (!isObject(value)) return request;
  const kept = Object.entries(value).filter(([key]) => !keys.includes(key));
  return { ...request, [field]: Object.fromEntries(kept) };
}

function hasItems(request: JsonObject, field: string, list: string): boolean {
  const parent = request[field];
  const value = isObject(parent) ? parent[list] : undefined;
  return isList(value) && value.length > 0;
}

/** Tags of AWS cannot be set, and tags of Relight belong to the recovery that created the source job. */
function tagsFor(
  source: Tags,
  changes: CloneChanges['tags'],
): { readonly kept: Tags; readonly lost: readonly string[] } {
  const added = Object.entries(changes);
  const own = [...settable(source)].filter(([key]) => !key.startsWith('relight:'));
  const room = maxTags - reservedTags - added.length;
  return {
    kept: new Map([...own.slice(0, room), ...added]),
    lost: own.slice(room).map(([key]) => `the tag ${key}: a job can have at most ${maxTags} tags`),
  };
}

function settable(tags: Tags): Tags {
  return new Map([...tags].filter(([key]) => !key.startsWith('aws:')));
}

/** A SageMaker or marketplace algorithm. */
function isBuiltIn({
  AlgorithmSpecification: spec,
  TrainingJobArn: arn,
}: DescribeTrainingJobCommandOutput): boolean {
  const { AlgorithmName: algorithm = '', TrainingImage: image = '' } = spec ?? {};
  return algorithm !== '' || isBuiltInImage(image, arn);
}

function lostOf(described: DescribeTrainingJobCommandOutput, losesMetrics: boolean): string[] {
  const { TuningJobArn: tuning, LabelingJobArn: labeling, AutoMLJobArn: autoMl } = described;
  const parents = [tuning, labeling, autoMl].filter((arn) => arn !== undefined && arn !== '');
  return [
    ...(losesMetrics ? ['MetricDefinitions, which SageMaker sets for its built-in algorithms'] : []),
    ...parents.map((arn) => `the link to ${arn}: the copy is an independent job`),
  ];
}
