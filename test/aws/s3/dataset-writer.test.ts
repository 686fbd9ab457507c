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

  it('writes a new object from the stream and returns its size and hash', async () => {
    const { uri, Key } = fresh();

    const written = await fixedData.put(uri, chunksOf('one\n', 'two\n'));

    expect(written).toEqual({ size: 8, sha256: createHash('sha256').update('one\ntwo\n').digest('hex') });
    expect((await contents(Key)).toString()).toBe('one\ntwo\n');
  });

  it('uploads large data in parts', async () => {
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

  it('adopts the identical object of an earlier run and uploads nothing', async () => {
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
  ])('never overwrites different bytes %s', async (_, existing) => {
    const { uri, Key } = fresh();
    await region.clients.s3.send(new PutObjectCommand({ Bucket, Key, Body: existing }));

    await expect(fixedData.put(uri, chunksOf('good'))).rejects.toMatchObject({ code: 'fix-taken' });
    expect((await contents(Key)).toString()).toBe(existing);
  });

  it.each([
    ['in one piece', 10],
    ['in parts', 9 * mebibyte],
  ])('never overwrites an object that another writer created meanwhile, %s', async (_, size) => {
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
  ])('tolerates a lost response to %s', async (operation, size) => {
    const { uri, Key } = fresh();
    await region.disturb({ service: 's3', operation, kind: 'drop-after', count: 1 });

    expect(await fixedData.put(uri, chunksOf(Buffer.alloc(size, 'a')))).toMatchObject({ size });
    expect((await contents(Key)).length).toBe(size);
  });

  it('leaves no object behind when the source breaks off', async () => {
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
  it('are 8 MiB except the last, regardless of how the bytes arrive', async () => {
    const sizes: number[] = [];
    for await (const part of inParts(chunksOf(Buffer.alloc(3), Buffer.alloc(20 * mebibyte), Buffer.alloc(4))))
      sizes.push(part.length);

    expect(sizes).toEqual([8 * mebibyte, 8 * mebibyte, 4 * mebibyte + 7]);
  });

  it('are none when there are no bytes', async () => {
    expect(await inParts(chunksOf()).next()).toEqual({ done: true, value: undefined });
  });
});
