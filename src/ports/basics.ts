import { z } from 'zod';

/** The words that every port uses. */

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** `s3://bucket/key`; a folder ends with `/`. */
export type S3Uri = `s3://${string}`;

/** An S3 address of 1 to 1,024 characters behind the bucket, as CheckpointConfig.S3Uri takes it. */
export const S3Uri = z.custom<S3Uri>(
  (value) => typeof value === 'string' && /^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\/.{0,1024}$/s.test(value),
  'must look like s3://bucket/prefix/',
);

/** Times are milliseconds since the epoch, everywhere. */
export interface Clock {
  readonly now: () => number;
}
