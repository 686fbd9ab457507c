import { z } from 'zod';

/** Any value that JSON can hold. Journals and requests consist of these. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
/** A JSON object, such as the input of an AWS call. */
export type JsonObject = { readonly [key: string]: Json };

/** Whether a field of a request is an object. */
export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Like Array.isArray, which does not narrow a union to a readonly array. */
export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** `s3://bucket/key`; a folder ends with `/`. */
export type S3Uri = `s3://${string}`;

/**
 * The schema of an S3 address: the key has at most 1,024 characters; a folder ends with a slash.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CheckpointConfig.html
 *
 * @example z.object({ uri: S3Uri }) // { uri: 's3://bucket/checkpoints/' }
 */
export const S3Uri = z.custom<S3Uri>(
  (value) => typeof value === 'string' && /^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\/.{0,1024}$/s.test(value),
  'must look like s3://bucket/prefix/',
);

/** The hyperparameter that names the source archive: https://github.com/aws/sagemaker-training-toolkit */
export const submitDirectory = 'sagemaker_submit_directory';

/** The address of the source archive, which the SageMaker SDK encodes as JSON; undefined if it is not in S3. */
export function archiveIn(hyperParameters: Readonly<Record<string, unknown>>): S3Uri | undefined {
  const value = hyperParameters[submitDirectory];
  const plain = typeof value === 'string' ? value.trim().replace(/^"(.*)"$/s, '$1') : '';
  return plain.endsWith('/') ? undefined : S3Uri.safeParse(plain).data;
}

/**
 * The time that actions use, so that tests can set it. Milliseconds since the epoch, like every time in these ports.
 *
 * @example const age = clock.now() - checkpoint.modifiedAt
 */
export interface Clock {
  readonly now: () => number;
}

/**
 * How long a person still waits for an answer, by a clock that nobody sets. What is not written by then must not be
 * written later, because the person is told that nothing was recorded.
 *
 * @example if (limit.msLeft() <= 0) throw new OpsError('too-late', 'Redis answered after the deadline')
 */
export interface TimeLimit {
  /** Milliseconds; zero or less when the time is over. */
  readonly msLeft: () => number;
}
