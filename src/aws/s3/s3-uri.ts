import { OpsError } from '../../errors.ts';
import type { S3Uri } from '../../ports/ports.ts';

/** An S3 folder in the form of the API. `prefix` ends with `/`, or is empty for the whole bucket. */
export interface S3Folder {
  readonly bucket: string;
  readonly prefix: string;
}

/** An object, or the common prefix of several objects. */
interface S3Location {
  readonly bucket: string;
  readonly key: string;
}

const shape = /^s3:\/\/([^/]+)(?:\/(.*))?$/s;

export function parseS3Uri(uri: S3Uri, form = 's3://bucket/key'): S3Location {
  const [, bucket, key = ''] = shape.exec(uri) ?? [];
  if (bucket === undefined) throw new OpsError('aws-refused', `${uri} does not look like ${form}`);
  return { bucket, key };
}

export function folderOf(uri: S3Uri): S3Folder {
  const { bucket, key } = parseS3Uri(uri, 's3://bucket/prefix/');
  return { bucket, prefix: key === '' || key.endsWith('/') ? key : `${key}/` };
}

/** The value of x-amz-copy-source, which must be URL-encoded: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html */
export function copySource({ bucket, prefix }: S3Folder, name: string): string {
  return `${bucket}/${`${prefix}${name}`.split('/').map(encodeURIComponent).join('/')}`;
}
