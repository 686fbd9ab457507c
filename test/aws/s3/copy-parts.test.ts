import { describe, expect, it } from 'vitest';
import { partsOf } from '../../../src/aws/s3/copy-object.ts';
import { copySource, folderOf } from '../../../src/aws/s3/s3-uri.ts';

const gibibyte = 1024 ** 3;

describe('a large file copied in parts', () => {
  it.each([gibibyte + 1, 7 * gibibyte, 7 * gibibyte + 1, 50_000 * gibibyte])(
    'is covered completely at size %i',
    (size) => {
      const ranges = partsOf(size).map(({ CopySourceRange }) =>
        /^bytes=(\d+)-(\d+)$/.exec(CopySourceRange)?.slice(1).map(Number),
      );

      let next = 0;
      for (const [first, last] of ranges.map((range) => range ?? [])) {
        expect(first).toBe(next);
        next = (last ?? 0) + 1;
      }
      expect(next).toBe(size);
      // https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
      expect(ranges.length).toBeLessThanOrEqual(10_000);
    },
  );
});

describe('an S3 address', () => {
  it('is a folder with or without a trailing slash', () => {
    expect(folderOf('s3://bucket/a/b')).toEqual({ bucket: 'bucket', prefix: 'a/b/' });
    expect(folderOf('s3://bucket/a/b/')).toEqual({ bucket: 'bucket', prefix: 'a/b/' });
    expect(folderOf('s3://bucket')).toEqual({ bucket: 'bucket', prefix: '' });
  });

  it('is URL-encoded as the source of a copy', () => {
    expect(copySource({ bucket: 'b', prefix: 'run 1/ü+/' }, 'a&b?.pt')).toBe(
      'b/run%201/%C3%BC%2B/a%26b%3F.pt',
    );
  });
});
