import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
  PutObjectCommand,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RegionUnderTest, startRegionUnderTest } from '../aws/a-region.ts';
import { putObject } from '../support/put-object.ts';

const Bucket = 'srl-rlvr-audit';

describe('S3 in the sandbox', () => {
  let region: RegionUnderTest;
  let s3: S3Client;

  beforeEach(async () => {
    region = await startRegionUnderTest();
    s3 = region.clients.s3;
  });
  afterEach(async () => region.close());

  const put = async (Key: string, Body = Key): Promise<void> => {
    await s3.send(new PutObjectCommand({ Bucket, Key, Body }));
  };

  /** The keys and common prefixes of each page. */
  const pages = async (input: Omit<ListObjectsV2CommandInput, 'Bucket'>): Promise<string[][]> => {
    const found: string[][] = [];
    for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket, ...input })) {
      const { Contents = [], CommonPrefixes = [] } = page;
      found.push([
        ...Contents.map(({ Key = '' }) => Key),
        ...CommonPrefixes.map(({ Prefix = '' }) => Prefix),
      ]);
    }
    return found;
  };

  it('lists keys in the order of their bytes, whatever characters they have', async () => {
    const keys = ['k/B', 'k/a', 'k/_', 'k/a.b', 'k/a b', `k/&<>"'`, 'k/é', 'k/10', 'k/9', 'k+1', 'k-/x'];
    for (const key of keys) await put(key);

    const inOrder = keys.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    expect(await pages({ Prefix: 'k' })).toEqual([inOrder]);
    expect(await pages({ Prefix: 'k/a' })).toEqual([['k/a', 'k/a b', 'k/a.b']]);
    expect(await pages({ Prefix: 'k', StartAfter: 'k/a' })).toEqual([
      inOrder.slice(inOrder.indexOf('k/a') + 1),
    ]);
  });

  it('lists each key and each folder once, however many pages they take', async () => {
    for (const key of ['a/1', 'a/2', 'b', 'c/1', 'c/d/1', 'e', 'f/1', 'f/2']) await put(`p/${key}`);

    const wanted = ['p/a/', 'p/b', 'p/c/', 'p/e', 'p/f/'];
    for (const MaxKeys of [1, 2, 3, 5, 1_000]) {
      const found = await pages({ Prefix: 'p/', Delimiter: '/', MaxKeys });
      expect(found.flat().toSorted()).toEqual(wanted);
      expect(found).toHaveLength(Math.ceil(wanted.length / MaxKeys));
    }
  });

  it('lists what every kind of write left behind, with its size and ETag', async () => {
    const large = Buffer.alloc(11 * 1024 * 1024, 7);
    await put('w/written twice', 'once');
    await put('w/written twice', 'and again');
    await put('w/deleted');
    await put('w/deleted & with others');
    await s3.send(
      new CopyObjectCommand({ Bucket, Key: 'w/copied', CopySource: `${Bucket}/w/written%20twice` }),
    );
    await putObject(region.region.url, { Bucket, Key: 'w/in parts' }, large);
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'w/deleted' }));
    const Delete = { Objects: [{ Key: 'w/deleted & with others' }], Quiet: true };
    await s3.send(new DeleteObjectsCommand({ Bucket, Delete }));

    for (let look = 0; look < 2; look += 1) {
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'w/' }));
      const sizes = { 'w/copied': 9, 'w/in parts': large.length, 'w/written twice': 9 };
      expect(Object.fromEntries(Contents.map(({ Key = '', Size }) => [Key, Size]))).toEqual(sizes);
      for (const { Key, ETag } of Contents)
        expect((await s3.send(new HeadObjectCommand({ Bucket, Key }))).ETag).toBe(ETag);
    }
  });

  it('lists nothing of a folder that is empty, and refuses a bucket that does not exist', async () => {
    expect(await pages({ Prefix: 'nothing/' })).toEqual([[]]);
    await expect(s3.send(new ListObjectsV2Command({ Bucket: 'no-such-bucket' }))).rejects.toMatchObject({
      name: 'NoSuchBucket',
    });
  });
});
