import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { OpsError } from '../../errors.ts';
import type { Edit } from '../../ports/ports.ts';
import { callAws } from '../aws-errors.ts';
import type { S3Folder } from './s3-uri.ts';

/** Writes an edited file into a new copy. An existing file must be the one that an earlier run wrote. */
export async function putEdit(
  { client, writer }: { readonly client: S3Client; readonly writer: S3Client },
  to: S3Folder,
  { name, bytes }: Edit,
): Promise<void> {
  const target = { Bucket: to.bucket, Key: `${to.prefix}${name}` };
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
  const put = new PutObjectCommand({ ...target, Body: bytes, IfNoneMatch: '*' });
  const written = await callAws(`PutObject ${target.Key}`, () => writer.send(put), {
    PreconditionFailed: () => undefined,
  });
  if (written !== undefined) return;
  const existing = await callAws(`GetObject ${target.Key}`, async () => {
    const { Body: body } = await client.send(new GetObjectCommand(target));
    return body?.transformToByteArray();
  });
  if (existing === undefined || Buffer.compare(existing, bytes) !== 0)
    throw new OpsError('copy-taken', `${name} in s3://${to.bucket}/${to.prefix}`);
}
