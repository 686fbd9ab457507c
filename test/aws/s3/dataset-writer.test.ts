import { createHash, randomBytes } from 'node:crypto';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createFixedData } from '../../../src/aws/s3/dataset-writer.ts';
import { inParts } from '../../../src/aws/s3/upload-parts.ts';
import type { FixedData } from '../../../src/ports/datasets.ts';
import { type RegionUnderTest, startRegionUnderTest } from '../a-region.ts';

const Bucket = 'srl-rlvr-training';
const mebibyte = 1024 ** 2;

async function* chunksOf(...chunks: readonly (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield Buffer.from(chunk);
}

describe('writing fixed data', () => {
  let region: RegionUnderTest;
  let fixedData: FixedData;
  let number = 0;

  beforeAll(async () => {
    region = await startRegionUnderTest();
    fixedData = createFixedData(region.clients.s3);
  });
  afterEach(async () => region.calm());
  afterAll(async () => region.close());

  function fresh(): { readonly uri: `s3://${string}`; readonly Key: string } {
    number += 1;
    const Key = `fixed/test-${number}/tr a+in ü.jsonl`;
    return { uri: `s3://${Bucket}/${Key}`, Key };
  }

  async function contents(Key: string): Promise<Buffer> {
    const { Body } = await region.clients.s3.send(new GetObjectCommand({ Bucket, Key }));
    return Buffer.from((await Body?.transformToByteArray()) ?? []);
  }

  it('makes a new object of the bytes as they come, and says what it wrote', async () => {
    const { uri, Key } = fresh();

    const written = await fixedData.put(uri, chunksOf('one\n', 'two\n'));

    expect(written).toEqual({ size: 8, sha256: createHash('sha256').update('one\ntwo\n').digest('hex') });
    expect((await contents(Key)).toString()).toBe('one\ntwo\n');
  });

  it('sends what is large in parts', async () => {
    const { uri, Key } = fresh();
    const bytes = randomBytes(17 * mebibyte + 5);

    const written = await fixedData.put(
      uri,
      chunksOf(bytes.subarray(0, 9 * mebibyte), bytes.subarray(9 * mebibyte)),
    );

    expect(written.size).toBe(bytes.length);
    expect((await contents(Key)).equals(bytes)).toBe(true);
    expect((await region.committed('UploadPart')).length).toBe(3);
  });

  it('takes what an earlier run wrote for its own when it has the same bytes, and sends nothing', async () => {
    const { uri } = fresh();
    const bytes = randomBytes(9 * mebibyte);
    const first = await fixedData.put(uri, chunksOf(bytes));
    const sent = (await region.committed('UploadPart')).length;

    expect(await fixedData.put(uri, chunksOf(bytes.subarray(0, 5), bytes.subarray(5)))).toEqual(first);
    expect((await region.committed('UploadPart')).length).toBe(sent);
  });

  it.each([
    ['of the same length', 'evil'],
    ['of another length', 'evil and long'],
  ])('never writes over other bytes %s', async (_, standing) => {
    const { uri, Key } = fresh();
    await region.clients.s3.send(new PutObjectCommand({ Bucket, Key, Body: standing }));

    await expect(fixedData.put(uri, chunksOf('good'))).rejects.toMatchObject({ code: 'fix-taken' });
    expect((await contents(Key)).toString()).toBe(standing);
  });

  it.each([
    ['in one piece', 10],
    ['in parts', 9 * mebibyte],
  ])('never writes over what another put there meanwhile, %s', async (_, size) => {
    const { uri, Key } = fresh();
    async function* slowly(): AsyncGenerator<Uint8Array> {
      yield Buffer.alloc(size - 5, 'a');
      await region.clients.s3.send(new PutObjectCommand({ Bucket, Key, Body: 'theirs' }));
      yield Buffer.alloc(5, 'a');
    }

    await expect(fixedData.put(uri, slowly())).rejects.toMatchObject({ code: 'fix-taken' });
    expect((await contents(Key)).toString()).toBe('theirs');
  });

  it.each([
    ['PutObject', 10],
    ['CompleteMultipartUpload', 9 * mebibyte],
  ])('does not mind a lost answer to %s', async (operation, size) => {
    const { uri, Key } = fresh();
    await region.disturb({ service: 's3', operation, kind: 'drop-after', count: 1 });

    expect(await fixedData.put(uri, chunksOf(Buffer.alloc(size, 'a')))).toMatchObject({ size });
    expect((await contents(Key)).length).toBe(size);
  });

  it('leaves nothing behind that looks whole when the source breaks off', async () => {
    const { uri, Key } = fresh();
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield Buffer.alloc(9 * mebibyte);
      throw new Error('the source is gone');
    }

    await expect(fixedData.put(uri, broken())).rejects.toThrow('the source is gone');
    await expect(contents(Key)).rejects.toMatchObject({ name: 'NoSuchKey' });
  });
});

describe('the parts of an upload', () => {
  it('are 8 MiB but for the last one, however the bytes come', async () => {
    const sizes: number[] = [];
    for await (const part of inParts(chunksOf(Buffer.alloc(3), Buffer.alloc(20 * mebibyte), Buffer.alloc(4))))
      sizes.push(part.length);

    expect(sizes).toEqual([8 * mebibyte, 8 * mebibyte, 4 * mebibyte + 7]);
  });

  it('are none where there are no bytes', async () => {
    expect(await inParts(chunksOf()).next()).toEqual({ done: true, value: undefined });
  });
});
