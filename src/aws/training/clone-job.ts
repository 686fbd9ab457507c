import type { DescribeTrainingJobCommandOutput } from '@aws-sdk/client-sagemaker';
import { type Tags, tagList } from '../../ports/calls.ts';
import type { CloneChanges, CloneDraft, Json, JsonObject } from '../../ports/ports.ts';
import { fieldsOf, isList, isObject, withoutEmpty } from './job-fields.ts';
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
  const fields = withoutChosenInstance(fieldsOf(described));
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
    lost: [...lostOf(described, builtIn && metricsIn(fields)), ...tags.lost],
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

/** The instance that SageMaker selected from InstancePreferences is output only. */
function withoutChosenInstance(fields: JsonObject): JsonObject {
  return without(fields, 'ResourceConfig', ['SelectedInstanceType', 'SelectedInstanceCount']);
}

function without(request: JsonObject, field: string, keys: readonly string[]): JsonObject {
  const value = request[field];
  if (!isObject(value)) return request;
  const kept = Object.entries(value).filter(([key]) => !keys.includes(key));
  return { ...request, [field]: Object.fromEntries(kept) };
}

function objectIn(request: JsonObject, field: string): JsonObject {
  const value = request[field];
  return isObject(value) ? value : {};
}

function hasItems(request: JsonObject, field: string, list: string): boolean {
  const value = objectIn(request, field)[list];
  return isList(value) && value.length > 0;
}

function metricsIn(request: JsonObject): boolean {
  return hasItems(request, 'AlgorithmSpecification', 'MetricDefinitions');
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

function lostOf(described: DescribeTrainingJobCommandOutput, losesMetrics: boolean): string[] {
  const { TuningJobArn: tuning, LabelingJobArn: labeling, AutoMLJobArn: autoMl } = described;
  const parents = [tuning, labeling, autoMl].filter((arn) => arn !== undefined && arn !== '');
  return [
    ...(losesMetrics ? ['MetricDefinitions, which SageMaker sets for its built-in algorithms'] : []),
    ...parents.map((arn) => `the link to ${arn}: the copy is an independent job`),
  ];
}

type Override = (request: JsonObject, changes: CloneChanges) => JsonObject;

/** One function per field that a clone may override. */
const overrides: readonly Override[] = [
  (request, { checkpointUri: uri }) =>
    uri === undefined ? request : within(request, 'CheckpointConfig', { S3Uri: uri }),
  (request, { hyperParameters = {} }) => within(request, 'HyperParameters', hyperParameters),
  (request, { environment = {} }) => within(request, 'Environment', environment),
  (request, { instanceType: type }) =>
    type === undefined ? request : within(request, 'ResourceConfig', { InstanceType: type }),
  (request, { spot }) => (spot === undefined ? request : { ...request, EnableManagedSpotTraining: spot }),
  (request, { inputs = {} }) => withInputs(request, inputs),
];

function withOverrides(request: JsonObject, changes: CloneChanges): JsonObject {
  return overrides.reduce((changed, override) => override(changed, changes), request);
}

function within(request: JsonObject, field: string, values: JsonObject): JsonObject {
  if (Object.keys(values).length === 0) return request;
  const current = request[field];
  return { ...request, [field]: { ...(isObject(current) ? current : {}), ...values } };
}

function withInputs(request: JsonObject, inputs: NonNullable<CloneChanges['inputs']>): JsonObject {
  const channels = request['InputDataConfig'];
  if (!isList(channels) || Object.keys(inputs).length === 0) return request;
  return { ...request, InputDataConfig: channels.map((channel) => withSource(channel, inputs)) };
}

function withSource(channel: Json, inputs: NonNullable<CloneChanges['inputs']>): Json {
  if (!isObject(channel)) return channel;
  const name = channel['ChannelName'];
  const uri = typeof name === 'string' ? inputs[name] : undefined;
  const source = channel['DataSource'];
  if (uri === undefined || !isObject(source)) return channel;
  return { ...channel, DataSource: within(source, 'S3DataSource', { S3Uri: uri }) };
}

/** https://docs.aws.amazon.com/sagemaker/latest/dg/common-info-all-im-models.html */
const builtInRepositories: ReadonlySet<string> = new Set([
  'blazingtext',
  'factorization-machines',
  'forecasting-deepar',
  'image-classification',
  'ipinsights',
  'kmeans',
  'knn',
  'lda',
  'linear-learner',
  'ntm',
  'object-detection',
  'object2vec',
  'pca',
  'randomcutforest',
  'sagemaker-xgboost',
  'semantic-segmentation',
  'seq2seq',
  'xgboost',
]);

const ecrImage = /^(\d{12})\.dkr\.ecr\.[^/]+\/([^:@]+)/;

/** A SageMaker or marketplace algorithm. A repository in the job's own account is never one, whatever its name. */
function isBuiltIn(described: DescribeTrainingJobCommandOutput): boolean {
  const { AlgorithmName: algorithm, TrainingImage: image = '' } = described.AlgorithmSpecification ?? {};
  if (algorithm !== undefined && algorithm !== '') return true;
  const [, account = '', repository = ''] = ecrImage.exec(image) ?? [];
  return builtInRepositories.has(repository) && account !== accountOf(described.TrainingJobArn);
}

function accountOf(arn: string | undefined): string | undefined {
  return arn?.split(':')[4];
}
