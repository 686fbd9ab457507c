import { OpsError } from '../errors.ts';
import type { S3Uri } from '../playbooks/ports/basics.ts';

/** An object, or the beginning of the names of several. */
export interface S3Place {
  readonly bucket: string;
  readonly key: string;
}

export function placeOf(uri: S3Uri): S3Place {
  const [, bucket, key = ''] = /^s3:\/\/([^/]+)(?:\/(.*))?$/s.exec(uri) ?? [];
  if (bucket === undefined) throw new OpsError('aws-refused', `${uri} does not look like s3://bucket/key`);
  return { bucket, key };
}
