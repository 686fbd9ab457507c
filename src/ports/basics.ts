/** The words that every port uses. */

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** `s3://bucket/key`; a folder ends with `/`. */
export type S3Uri = `s3://${string}`;

/** Times are milliseconds since the epoch, everywhere. */
export interface Clock {
  readonly now: () => number;
}
