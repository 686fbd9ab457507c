import { afterEach, describe, expect, it } from 'vitest';
import { createAuditBucket } from '../../../src/aws/s3/audit-bucket.ts';
import { createCheckpoints } from '../../../src/aws/s3/checkpoints.ts';
import { tokenFor } from '../../support/a-token.ts';
import { firstTry } from '../../support/fake-ports.ts';
import { silent } from '../a-region.ts';
import {
  type CannedAws,
  type CannedRequest,
  type CannedResponse,
  startCannedAws,
  xml,
} from '../canned-aws.ts';

describe('rare S3 responses', () => {
  let aws: CannedAws | undefined;
  afterEach(async () => aws?.close());

  async function answering(
    answer: (request: CannedRequest, nth: number) => CannedResponse,
  ): Promise<CannedAws> {
    aws = await startCannedAws(answer);
    return aws;
  }

  it('lists uploads in progress on two pages, each file once', async () => {
    const page = (rest: string, ...keys: string[]): CannedResponse =>
      xml(
        `<ListMultipartUploadsResult><EncodingType>url</EncodingType>${rest}${keys
          .map((key) => `<Upload><Key>run/${key}</Key><UploadId>u</UploadId></Upload>`)
          .join('')}</ListMultipartUploadsResult>`,
      );
    const more =
      '<IsTruncated>true</IsTruncated><NextKeyMarker>run/b</NextKeyMarker><NextUploadIdMarker>u</NextUploadIdMarker>';
    const { clients } = await answering(({ query }) =>
      query.has('key-marker') ? page('', 'b', 'c') : page(more, 'a%20a', 'b'),
    );

    const uploads = createCheckpoints(clients.s3, silent).uploadsInFlight('s3://bucket/run/');

    expect(await uploads).toEqual(['a a', 'b', 'c']);
  });

  it('retries after a conflict between two writers', async () => {
    const conflict = { ...xml('<Error><Code>ConditionalRequestConflict</Code></Error>'), status: 409 };
    const { clients, requests } = await answering((_, nth) => (nth < 3 ? conflict : {}));

    expect(await createAuditBucket(clients.s3, 'vault').putOnce('k', 'body')).toBe('written');
    expect(requests).toHaveLength(3);
  });

  it('copies a file above the single-call limit in parts and in order', async () => {
    const size = 1_200 * 1024 ** 2;
    const done = new Set<string>();
    const { clients, requests } = await answering(({ method, path, query }) => {
      if (query.has('uploads')) return xml('<R><UploadId>u1</UploadId></R>');
      if (method === 'POST') done.add(path);
      if (method !== 'GET') return xml(`<R><ETag>"part-${query.get('partNumber')}"</ETag></R>`);
      const side = query.get('prefix') ?? '';
      if (side === 'to/' && done.size === 0) return xml('<ListBucketResult/>');
      return xml(
        `<ListBucketResult><Contents><Key>${side}w</Key><Size>${size}</Size><ETag>"e-2"</ETag></Contents></ListBucketResult>`,
      );
    });

    const token = tokenFor(firstTry, { CheckpointConfig: { S3Uri: 's3://bucket/to/' } });
    await createCheckpoints(clients.s3, silent).stage('s3://bucket/from/', 's3://bucket/to/', token);

    const complete = requests.find(({ method, query }) => method === 'POST' && query.has('uploadId'));
    expect([...(complete?.body ?? '').matchAll(/part-(\d)/g)].map(([, n]) => n)).toEqual(['1', '2', '3']);
    const begun = requests.find(({ query }) => query.has('uploads'));
    expect(begun?.headers).toMatchObject({
      'x-amz-checksum-algorithm': 'CRC64NVME',
      'x-amz-checksum-type': 'FULL_OBJECT',
    });
  });
});
