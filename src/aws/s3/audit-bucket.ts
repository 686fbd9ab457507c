import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { VaultStore } from '../../audit/vault.ts';
import { asOpsError, OpsError } from '../../errors.ts';
import { callAws } from '../aws-errors.ts';

/** S3 can ask concurrent writers of the same key to retry. */
const maxTries = 5;

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html */
export function createAuditBucket(client: S3Client, bucket: string): VaultStore {
  const get = (key: string): Promise<string | undefined> => read(client, bucket, key);
  return {
    get,
    putOnce: async (key, body) => {
      for (let attempt = 0; attempt < maxTries; attempt += 1) {
        const result = await write(client, bucket, key, body, 'application/json');
        if (result === 'written') return result;
        const existing = result === 'taken' ? await get(key) : undefined;
        if (existing !== undefined) return existing === body ? 'same' : 'different';
      }
      throw writeFailed(bucket, key);
    },
    putFile: async (key, type, bytes) => {
      for (let attempt = 0; attempt < maxTries; attempt += 1)
        if ((await write(client, bucket, key, bytes, type)) !== 'conflict') return;
      throw writeFailed(bucket, key);
    },
  };
}

function writeFailed(bucket: string, key: string): OpsError {
  return new OpsError('aws-unavailable', `s3://${bucket}/${key} could not be written in ${maxTries} tries`);
}

async function write(
  client: S3Client,
  bucket: string,
  key: string,
  body: string | Uint8Array,
  type: string,
): Promise<'written' | 'taken' | 'conflict'> {
  const input = { Bucket: bucket, Key: key, Body: body, ContentType: type, IfNoneMatch: '*' };
  try {
    return await callAws<'written', 'taken' | 'conflict'>(
      `PutObject s3://${bucket}/${key}`,
      async () => {
        await client.send(new PutObjectCommand(input));
        return 'written';
      },
      { PreconditionFailed: () => 'taken', ConditionalRequestConflict: () => 'conflict' },
    );
  } catch (thrown) {
    const { code, detail } = asOpsError(thrown);
    // The record was refused, which says nothing about the change that it is about.
    throw new OpsError(code, detail, { cause: thrown, refused: false });
  }
}

async function read(client: S3Client, bucket: string, key: string): Promise<string | undefined> {
  return callAws(
    `GetObject s3://${bucket}/${key}`,
    async () => {
      const { Body: body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      return (await body?.transformToString()) ?? '';
    },
    { NoSuchKey: () => undefined },
  );
}
