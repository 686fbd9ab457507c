import { afterEach, describe, expect, it } from 'vitest';
import { createCheckpoints } from '../../../src/aws/s3/checkpoints.ts';
import type { StagedCopy } from '../../../src/ports/ports.ts';
import { tokenFor } from '../../support/a-token.ts';
import { firstTry } from '../../support/fake-ports.ts';
import { silent } from '../a-region.ts';
import { type CannedAws, type CannedResponse, startCannedAws, xml } from '../canned-aws.ts';

/** One object as returned by HeadObject and the listing. */
interface Told {
  readonly etag?: string;
  readonly size?: number;
  readonly head?: Readonly<Record<string, string>>;
}

const md5 = (letter: string): string => letter.repeat(32);
const kms = { 'x-amz-server-side-encryption': 'aws:kms' };
const sum = (kind: string, value: string, type = 'FULL_OBJECT'): Record<string, string> => ({
  [`x-amz-checksum-${kind}`]: value,
  'x-amz-checksum-type': type,
});

describe('a staged file, compared with its source,', () => {
  let aws: CannedAws | undefined;
  afterEach(async () => aws?.close());

  /** One source file whose copy exists after this many copies and is bad before the last. */
  async function staged(
    from: Told,
    to: Told,
    before: readonly Told[] = [],
  ): Promise<{ copy: StagedCopy; copies: number }> {
    let copies = 0;
    const listing = (side: string, { etag = md5('a'), size = 5 }: Told): CannedResponse =>
      xml(
        `<ListBucketResult><Contents><Key>${side}/weights</Key><Size>${size}</Size><ETag>"${etag}"</ETag></Contents></ListBucketResult>`,
      );
    aws = await startCannedAws(({ method, path, query }) => {
      const copied = copies >= 1 ? to : before[0];
      if (method === 'PUT') {
        copies += 1;
        return xml('<CopyObjectResult><ETag>x</ETag></CopyObjectResult>');
      }
      const isCopy = (query.get('prefix') ?? path).includes('to/');
      if (method === 'HEAD') return { headers: (isCopy ? copied : from)?.head ?? {} };
      if (!isCopy) return listing('from', from);
      return copied === undefined ? xml('<ListBucketResult/>') : listing('to', copied);
    });
    const copy = await createCheckpoints(aws.clients.s3, silent).stage(
      's3://bucket/from/',
      's3://bucket/to/',
      tokenFor(firstTry, { CheckpointConfig: { S3Uri: 's3://bucket/to/' } }),
    );
    return { copy, copies };
  }

  it.each([
    ['the same checksum', { head: sum('crc64nvme', 'abc=') }, { head: sum('crc64nvme', 'abc=') }, 'checksum'],
    [
      'the same checksum despite a different ETag',
      { head: sum('sha256', 'abc=') },
      { etag: `${md5('b')}-2`, head: { ...sum('sha256', 'abc='), ...kms } },
      'checksum',
    ],
    [
      'the same checksum of the same parts',
      { head: sum('crc32', 'abc=-3', 'COMPOSITE') },
      { head: sum('crc32', 'abc=-3', 'COMPOSITE') },
      'checksum',
    ],
    ['no checksum of the same kind', { head: sum('sha1', 'abc=') }, { head: sum('crc32', 'xyz=') }, 'etag'],
    ['no checksum, the same ETag', {}, {}, 'etag'],
    ['an ETag of a KMS-encrypted object', {}, { etag: md5('b'), head: kms }, 'size'],
    ['different parts', { etag: `${md5('a')}-3` }, { etag: `${md5('b')}-1` }, 'size'],
    [
      'a different checksum of different parts',
      { etag: `${md5('a')}-3`, head: sum('crc32', 'abc=-3', 'COMPOSITE') },
      { etag: `${md5('b')}-1`, head: sum('crc32', 'xyz=') },
      'size',
    ],
  ])('is accepted with %s, which is reported', async (_what, from, to, by) => {
    const { copy } = await staged(from, to);

    expect(copy).toEqual({
      files: 1,
      bytes: 5,
      compared: { checksum: 0, etag: 0, size: 0, [by]: 1 },
    });
  });

  it.each([
    ['a different size', {}, { size: 4 }],
    ['a different ETag without a reason', {}, { etag: md5('b') }],
    [
      'a different checksum',
      { head: { ...sum('crc64nvme', 'abc='), ...kms } },
      { head: sum('crc64nvme', 'xyz=') },
    ],
    [
      'a different checksum despite the same ETag',
      { head: sum('crc32c', 'a=') },
      { head: sum('crc32c', 'b=') },
    ],
  ])('is refused with %s', async (_what, from, to) => {
    await expect(staged(from, to)).rejects.toMatchObject({ code: 'staging-incomplete', detail: 'weights' });
  });

  it('is kept when an earlier run left it, and refused when one with a different checksum is there', async () => {
    const good = { etag: `${md5('a')}-3`, head: sum('crc64nvme', 'good=') };
    const bad = { etag: `${md5('b')}-1`, head: sum('crc64nvme', 'bad=') };

    expect(await staged(good, good, [good])).toMatchObject({ copies: 0 });
    await aws?.close();
    await expect(staged(good, good, [bad])).rejects.toMatchObject({ code: 'copy-taken' });
    expect(aws?.requests.filter(({ method }) => method === 'PUT')).toEqual([]);
  });
});
