import type { S3Fence } from '../../aws/s3/fence.ts';
import type { Config } from '../../config/environment.ts';
import type { S3Uri } from '../../ports/ports.ts';

/** For every S3 client of a running Relight, except the one of the vault. */
export function fenceIn({
  auditBucket,
  settings: { s3 },
}: Pick<Config, 'settings' | 'auditBucket'>): S3Fence {
  return { records: auditBucket, writes: writtenIn(s3) };
}

/** The folders that Relight writes to. */
export function writtenIn({ recovery, fixed_data: fixedData }: Config['settings']['s3']): readonly S3Uri[] {
  return fixedData === undefined ? [recovery] : [recovery, fixedData];
}
