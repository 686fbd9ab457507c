import { archiveIn, isList, isObject, type Json, type JsonObject } from '../basics.ts';

/** What an S3 address is used for; each has its own list under `tiers.<tier>.s3` in relight.yaml. */
export type S3Purpose = 'checkpoints' | 'data' | 'output';

/** An address in a launch request, and the field that holds it. */
export interface LaunchAddress {
  readonly field: string;
  readonly purpose: S3Purpose;
  readonly uri: string;
  /** True if the address is a folder, whether it ends with a slash or not. */
  readonly folder: boolean;
}

/**
 * The addresses that a job reads or writes, by the fields of CreateTrainingJob: the checkpoints, the channels, the source
 * archive, and every other field that is named like an S3 address, such as those of Debugger and TensorBoard.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTrainingJob.html
 */
export function launchAddresses(request: JsonObject): readonly LaunchAddress[] {
  const { HyperParameters: parameters, Environment: _environment, Tags: _tags, ...fields } = request;
  const archive = isObject(parameters) ? archiveIn(parameters) : undefined;
  const code = {
    field: 'HyperParameters.sagemaker_submit_directory',
    purpose: 'data',
    folder: false,
  } as const;
  return [
    ...stringsIn(fields).flatMap(({ path, text }) => addressAt(path, text)),
    ...(archive === undefined ? [] : [{ ...code, uri: archive }]),
  ];
}

function addressAt(path: readonly string[], text: string): readonly LaunchAddress[] {
  const [top = ''] = path;
  const field = path.join('.');
  if (!namesAddress(path.at(-1) ?? '') && !/^s3:\/\//i.test(text)) return [];
  if (top === 'CheckpointConfig') return [{ field, purpose: 'checkpoints', uri: text, folder: true }];
  if (top === 'InputDataConfig') return [{ field, purpose: 'data', uri: text, folder: false }];
  return [{ field, purpose: 'output', uri: text, folder: true }];
}

/** E.g. S3Uri, S3OutputPath, ModelDataUrl. */
function namesAddress(field: string): boolean {
  return field.endsWith('Url') || (field.includes('S3') && /(?:Uri|Path)$/.test(field));
}

/** Every text of a request with the path of its field. Channels are named, as in the differences that people read. */
export function stringsIn(
  value: Json,
  path: readonly string[] = [],
): readonly { readonly path: readonly string[]; readonly text: string }[] {
  if (typeof value === 'string') return [{ path, text: value }];
  if (isList(value))
    return value.flatMap((item, index) => stringsIn(item, [...path, nameOf(item) ?? String(index)]));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, below]) => stringsIn(below, [...path, key]));
}

function nameOf(item: Json): string | undefined {
  const name = isObject(item) ? item['ChannelName'] : undefined;
  return typeof name === 'string' ? name : undefined;
}

/** The channels that read something other than S3, such as Amazon FSx or EFS: Relight never reads these itself. */
export function otherSources({ InputDataConfig: channels }: JsonObject): ReadonlyMap<string, JsonObject> {
  const found = new Map<string, JsonObject>();
  if (!isList(channels)) return found;
  for (const [index, channel] of channels.entries()) {
    const source = isObject(channel) ? channel['DataSource'] : undefined;
    if (!isObject(source)) continue;
    const { S3DataSource: _s3, ...others } = source;
    if (Object.keys(others).length > 0) found.set(nameOf(channel) ?? String(index), others);
  }
  return found;
}
