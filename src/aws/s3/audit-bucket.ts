import {
  GetObjectCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
  type ListObjectsV2CommandOutput,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { VaultStore } from '../../audit/vault.ts';
import { asOpsError, OpsError } from '../../errors.ts';
import { callAws } from '../aws-errors.ts';
import { decoded } from './list-objects.ts';

/** S3 can ask concurrent writers of the same key to retry. */
const maxTries = 5;

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html */
export function createAuditBucket(client: S3Client, bucket: string): VaultStore {
  const get = (key: string): Promise<string | undefined> => read(client, bucket, key);
  return {
    get,
    keys: (prefix, after) => keysIn(client, { Bucket: bucket, Prefix: prefix, StartAfter: after }),
    folders: (prefix) => foldersIn(client, { Bucket: bucket, Prefix: prefix, Delimiter: '/' }),
    putOnce: async (key, body, type = 'application/json') => {
      for (let attempt = 0; attempt < maxTries; attempt += 1) {
        const result = await write(client, bucket, key, body, type);
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

async function* keysIn(client: S3Client, input: ListObjectsV2CommandInput): AsyncGenerator<string> {
  for await (const page of pagesOf(client, input))
    for (const { Key = '' } of page.Contents ?? []) yield decoded(page, Key);
}

async function* foldersIn(client: S3Client, input: ListObjectsV2CommandInput): AsyncGenerator<string> {
  const { Prefix: parent = '' } = input;
  for await (const page of pagesOf(client, input))
    for (const { Prefix = '' } of page.CommonPrefixes ?? [])
      yield decoded(page, Prefix).slice(parent.length).replace(/\/$/, '');
}

/** One page is in memory at a time, and each request is retried by itself. */
async function* pagesOf(
  client: S3Client,
  input: ListObjectsV2CommandInput,
): AsyncGenerator<ListObjectsV2CommandOutput> {
  let token: string | undefined;
  do {
    const asked = { ...input, EncodingType: 'url' as const, ContinuationToken: token };
    const page = await callAws(`ListObjectsV2 s3://${input.Bucket}/${input.Prefix}`, () =>
      client.send(new ListObjectsV2Command(asked)),
    );
    yield page;
    token = page.NextContinuationToken;
  } while (token !== undefined);
}
