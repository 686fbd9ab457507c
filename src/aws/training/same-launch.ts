import type { DescribeTrainingJobCommandOutput } from '@aws-sdk/client-sagemaker';
import { isList, isObject } from '../../ports/basics.ts';
import { type Tags, tagsOfTry } from '../../ports/calls.ts';
import type { Json, JsonObject, LaunchRequest, Token } from '../../ports/ports.ts';
import { fieldsOf } from './job-fields.ts';

/** Why the job is not the one that this attempt requested; undefined if its tags and fields prove that it is. */
export function mismatchOf(
  existing: DescribeTrainingJobCommandOutput,
  tags: Tags,
  request: LaunchRequest,
  token: Token,
): string | undefined {
  return mismatchedTag(tags, token) ?? otherFields(existing, request);
}

/** The first tag of this attempt that is missing or different. */
export function mismatchedTag(tags: Tags, token: Token): string | undefined {
  const expected = tagsOfTry(token);
  const key = ['relight:intent', 'relight:spec-hash'].find((tag) => tags.get(tag) !== expected.get(tag));
  if (key === undefined) return undefined;
  const found = tags.get(key);
  return found === undefined ? `has no tag ${key}` : `has the tag ${key} with the value ${found}`;
}

function otherFields(existing: DescribeTrainingJobCommandOutput, request: LaunchRequest): string | undefined {
  const { TrainingJobName: _name, Tags: _tags, ...requested } = request;
  const unmet = unmetFields(requested, fieldsOf(existing));
  return unmet.length === 0 ? undefined : `differs from the approved request in ${unmet.join(', ')}`;
}

/**
 * Dotted paths of requested values that the job lacks. Defaults that AWS adds, such as a LocalPath or
 * `EnableNetworkIsolation: false`, do not count as differences, nor does a `false` that AWS omits. `isOpen`: requested
 * values that are not compared.
 */
export function unmetFields(
  requested: JsonObject,
  found: JsonObject,
  isOpen: (requested: Json) => boolean = () => false,
): string[] {
  const unmet = (path: string, value: Json, actual: Json | undefined): string[] => {
    if (isList(value)) return unmetItems(path, value, isList(actual) ? actual : []);
    if (isObject(value))
      return unmetFields(value, isObject(actual) ? actual : {}, isOpen).map((below) => `${path}.${below}`);
    return isOpen(value) || value === (actual ?? (value === false ? false : undefined)) ? [] : [path];
  };
  const unmetItems = (path: string, values: readonly Json[], actual: readonly Json[]): string[] =>
    values.length === actual.length
      ? values.flatMap((item, index) => unmet(`${path}.${index}`, item, actual[index]))
      : [path];
  return Object.entries(requested).flatMap(([key, value]) => unmet(key, value, found[key]));
}
