import { isList, isObject } from '../ports/basics.ts';
import type { CloneChanges, Json, JsonObject } from '../ports/ports.ts';

type Override = (request: JsonObject, changes: CloneChanges) => JsonObject;

/** One function per field that a clone may override. */
const overrides: readonly Override[] = [
  (request, { checkpointUri: uri }) =>
    uri === undefined ? request : within(request, 'CheckpointConfig', { S3Uri: uri }),
  (request, { hyperParameters = {} }) => within(request, 'HyperParameters', hyperParameters),
  (request, { environment = {} }) => within(request, 'Environment', environment),
  (request, { instanceType: type }) =>
    type === undefined ? request : within(request, 'ResourceConfig', { InstanceType: type }),
  (request, { instanceCount: count }) =>
    count === undefined ? request : within(request, 'ResourceConfig', { InstanceCount: count }),
  (request, { volumeGb }) =>
    volumeGb === undefined ? request : within(request, 'ResourceConfig', { VolumeSizeInGB: volumeGb }),
  (request, { subnets }) =>
    subnets === undefined ? request : within(request, 'VpcConfig', { Subnets: [...subnets] }),
  (request, { spot }) => (spot === undefined ? request : { ...request, EnableManagedSpotTraining: spot }),
  (request, { inputs = {} }) => withInputs(request, inputs),
];

export function withOverrides(request: JsonObject, changes: CloneChanges): JsonObject {
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
