import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterEach, describe, expect, it } from 'vitest';
import { createDatasets } from '../../../src/aws/s3/datasets.ts';
import type { StoredObject } from '../../../src/ports/datasets.ts';
import { collect } from '../../../src/training-data/read/chunks.ts';
import { startRegionUnderTest } from '../a-region.ts';
import { brokenS3 } from '../broken-s3.ts';
import {
  type CannedAws,
  type CannedRequest,
  type CannedResponse,
  startCannedAws,
  xml,
} from '../canned-aws.ts';

const object: StoredObject = {
  uri: 's3://bucket/data/a.jsonl',
  key: 'data/a.jsonl',
  size: 5_000_000,
  etag: '"v1"',
};

describe('training data in S3', () => {
  let close: (() => Promise<void>) | undefined;
  afterEach(async () => {
    await close?.();
    close = undefined;
  });

  it('is listed as SageMaker reads it and streamed in ranges of one version', async () => {
    const region = await startRegionUnderTest();
    close = region.close;
    const { s3 } = region.clients;
    const put = async (Key: string, Body: string): Promise<unknown> =>
      s3.send(new PutObjectCommand({ Bucket: 'srl-rlvr-training', Key, Body }));
    for (const key of ['v/train-2.jsonl', 'v/train-1.jsonl', 'v/train.jsonl', 'v/train.jsonl.bak', 'v/'])
      await put(key, key);
    const { objects, open } = createDatasets(s3);
    const keysAt = async (uri: StoredObject['uri']): Promise<readonly string[]> =>
      (await objects(uri)).map(({ key }) => key);

    expect(await keysAt('s3://srl-rlvr-training/v/')).toEqual([
      'v/train-1.jsonl',
      'v/train-2.jsonl',
      'v/train.jsonl',
      'v/train.jsonl.bak',
    ]);
    expect(await keysAt('s3://srl-rlvr-training/v/train-')).toEqual(['v/train-1.jsonl', 'v/train-2.jsonl']);
    expect(await keysAt('s3://srl-rlvr-training/v/train.jsonl')).toEqual(['v/train.jsonl']);
    expect(await keysAt('s3://srl-rlvr-training/none')).toEqual([]);
    const [one] = await objects('s3://srl-rlvr-training/v/train.jsonl');
    if (one === undefined) throw new Error('it was listed a moment ago');
    const text = async (start: number, length: number): Promise<string> =>
      (await collect(open(one, { start, length }))).toString();
    expect([await text(2, 5), await text(8, 100), await text(13, 5)]).toEqual(['train', 'jsonl', '']);

    await put('v/train.jsonl', 'otherwise');

    await expect(text(0, 3)).rejects.toMatchObject({ code: 'data-changed' });
  });

  it('resumes after the last byte when the stream breaks, and gives up when no bytes arrive', async () => {
    const bytes = Buffer.alloc(5_000_000, 'relight\n');
    const s3 = await brokenS3(bytes, { breaksAfter: 900_000, breaks: 7 });
    close = s3.close;

    const read = await collect(createDatasets(s3.clients.s3).open(object));

    expect(read.equals(bytes)).toBe(true);
    expect(s3.ranges).toHaveLength(6);
    expect(new Set(s3.etags)).toEqual(new Set(['"v1"']));

    s3.breakAtOnce();
    await expect(collect(createDatasets(s3.clients.s3).open(object))).rejects.toMatchObject({
      code: 'aws-unavailable',
    });
  });

  it.each([
    ['a denied read', 403, 'AccessDenied', 'aws-denied'],
    ['an object that is gone', 404, 'NoSuchKey', 'data-changed'],
    ['an object that was replaced', 412, 'PreconditionFailed', 'data-changed'],
    ['a bucket in another Region', 301, 'PermanentRedirect', 'aws-refused'],
  ])('reports %s as a specific error and never returns data', async (_what, status, code, expected) => {
    const aws: CannedAws = await startCannedAws(
      (_asked: CannedRequest): CannedResponse => ({ ...xml(`<Error><Code>${code}</Code></Error>`), status }),
    );
    close = aws.close;

    await expect(collect(createDatasets(aws.clients.s3).open(object))).rejects.toMatchObject({
      code: expected,
    });
  });

  it('does not report a denied request as a missing object', async () => {
    const aws = await startCannedAws(() => ({ status: 403 }));
    close = aws.close;

    await expect(createDatasets(aws.clients.s3).objects('s3://bucket/a.jsonl')).rejects.toMatchObject({
      code: 'aws-denied',
    });
  });
});
