import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createTrainingImages } from '../../../src/aws/training/training-images.ts';
import { type RegionUnderTest, startRegionUnderTest } from '../a-region.ts';
import { type CannedAws, type CannedResponse, startCannedAws } from '../canned-aws.ts';

const registry = '763104351884.dkr.ecr.us-west-2.amazonaws.com';
const digest = `sha256:${'a'.repeat(64)}`;

const json = (status: number, body: object): CannedResponse => ({
  status,
  headers: { 'content-type': 'application/x-amz-json-1.1' },
  body: JSON.stringify(body),
});

describe('the digest of a training image', () => {
  let aws: CannedAws;
  afterEach(async () => aws.close());

  async function look(image: string, response: CannedResponse): Promise<string | undefined> {
    aws = await startCannedAws(() => response);
    return createTrainingImages(aws.clients.ecrIn).digestOf(image);
  }
  const found = json(200, { images: [{ imageId: { imageDigest: digest, imageTag: 'x' } }], failures: [] });
  const asked = (): unknown => JSON.parse(aws.requests[0]?.body ?? '{}');

  it.each([
    ['by its tag', `${registry}/train:stable`, '763104351884', 'train', 'stable', 'us-west-2'],
    [
      'as latest without a tag',
      `${registry}/team/train`,
      '763104351884',
      'team/train',
      'latest',
      'us-west-2',
    ],
    [
      'in the Region of the image in China',
      '727897471807.dkr.ecr.cn-north-1.amazonaws.com.cn/train:1.0',
      '727897471807',
      'train',
      '1.0',
      'cn-north-1',
    ],
  ])('is read %s', async (_, image, registryId, repositoryName, imageTag, region) => {
    expect(await look(image, found)).toBe(digest);

    expect(asked()).toMatchObject({ registryId, repositoryName, imageIds: [{ imageTag }] });
    expect(aws.requests[0]?.headers['authorization']).toContain(`/${region}/ecr/`);
  });

  it('is that of the whole index if the tag is for several platforms', async () => {
    await look(`${registry}/train:stable`, found);

    expect(asked()).toMatchObject({
      acceptedMediaTypes: expect.arrayContaining([
        'application/vnd.docker.distribution.manifest.list.v2+json',
        'application/vnd.oci.image.index.v1+json',
      ]) as unknown,
    });
  });

  it.each([`${registry}/train@${digest}`, `${registry}/train:stable@${digest}`])(
    'is not asked for if the name has it: %s',
    async (image) => {
      expect(await look(image, found)).toBe(digest);

      expect(aws.requests).toEqual([]);
    },
  );

  it('cannot be read if AWS denies the pull, or cannot reach the registry behind a cache', async () => {
    const denied = json(400, {
      __type: 'AccessDeniedException',
      message: 'User: relight is not authorized to perform: ecr:BatchGetImage',
    });
    await expect(look(`${registry}/train:1`, denied)).rejects.toMatchObject({ code: 'aws-denied' });
    await aws.close();

    const failures = [{ failureCode: 'UpstreamUnavailable', failureReason: 'registry timed out' }];
    const upstream = json(200, { images: [], failures });
    await expect(look(`${registry}/train:1`, upstream)).rejects.toMatchObject({
      code: 'aws-refused',
      detail: expect.stringContaining('UpstreamUnavailable: registry timed out') as unknown,
    });
  });

  it('cannot be read outside Amazon ECR, and nothing is sent', async () => {
    await expect(look('registry.example.com/train:1', found)).rejects.toMatchObject({
      code: 'aws-refused',
      detail: 'registry.example.com/train:1 is not in Amazon ECR',
    });

    expect(aws.requests).toEqual([]);
  });
});

describe('the digest of a training image in the stand-in Region', () => {
  let region: RegionUnderTest;
  const image = '123456789012.dkr.ecr.us-east-1.amazonaws.com/train:stable';

  beforeAll(async () => {
    region = await startRegionUnderTest();
  });
  afterAll(async () => region.close());

  const digestNow = (): Promise<string | undefined> =>
    createTrainingImages(region.clients.ecrIn).digestOf(image);
  const push = async (tag: string, content: string | null): Promise<void> => {
    const body = JSON.stringify({ repository: 'train', tag, content });
    const answer = await fetch(`${region.region.url}/_sandbox/image`, { method: 'POST', body });
    expect(answer.status).toBe(200);
  };

  it('changes when the tag moves, and is missing when the tag or the repository is gone', async () => {
    const first = await digestNow();
    expect(first).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(await digestNow()).toBe(first);

    await push('stable', 'other layers');
    const second = await digestNow();
    expect(second).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(second).not.toBe(first);

    await push('stable', null);
    expect(await digestNow()).toBeUndefined();
    await push('*', null);
    expect(await digestNow()).toBeUndefined();
  });
});
