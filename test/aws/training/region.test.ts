import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createRegion } from '../../../src/aws/training/region.ts';
import type { Region } from '../../../src/ports/region.ts';
import { type RegionUnderTest, startRegionUnderTest } from '../a-region.ts';
import { type CannedAws, type CannedRequest, type CannedResponse, startCannedAws } from '../canned-aws.ts';

const hour = 3_600_000;
const noTier = (): undefined => undefined;

describe('the stand-in region', () => {
  let region: RegionUnderTest;
  let whole: Region;

  beforeAll(async () => {
    region = await startRegionUnderTest();
    whole = createRegion(region.clients, noTier);
  });
  afterEach(async () => region.calm());
  afterAll(async () => region.close());

  it('lists its jobs, newest first, with times in milliseconds', async () => {
    const { found, cut } = await whole.jobs(Date.now() - 48 * hour, 500);

    expect(found.map(({ name }) => name)).toContain('srl-rlvr-gold-20251104');
    expect(found.every(({ status }) => status === 'InProgress')).toBe(true);
    const created = found.map(({ createdAt }) => createdAt);
    expect(created).toEqual(created.toSorted((a, b) => b - a));
    expect(created[0]).toBeGreaterThan(Date.parse('2020-01-01'));
    expect(cut).toBe(false);
  });

  it('reports that there are more jobs than requested', async () => {
    expect(await whole.jobs(0, 1)).toMatchObject({ found: [{}], cut: true });
  });

  it('lists the alarms that are in ALARM', async () => {
    expect(await whole.alarms(10)).toEqual({ found: [], cut: false });
    await fetch(`${region.region.url}/_sandbox/fail`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ job: 'srl-rlvr-gold-20251104', kind: 'internal' }),
    });

    const { found } = await whole.alarms(10);

    expect(found).toEqual([
      {
        name: 'TrainingJobInterrupted-srl-rlvr-gold-20251104',
        reason: expect.stringContaining('Threshold Crossed'),
        since: expect.any(Number),
      },
    ]);
    const { found: jobs } = await whole.jobs(Date.now() - hour, 500);
    const failed = jobs.find(({ name }) => name === 'srl-rlvr-gold-20251104');
    expect(failed).toMatchObject({ status: 'Failed', endedAt: expect.any(Number) });
  });

  it('distinguishes a prefix with objects from an empty and a denied one', async () => {
    expect(await whole.holdsAnything('s3://srl-rlvr-training/checkpoints/')).toBe(true);
    expect(await whole.holdsAnything('s3://srl-rlvr-training/nothing-here/')).toBe(false);

    await region.disturb({ service: 's3', operation: 'ListObjectsV2', kind: 'access-denied', count: 1 });
    await expect(whole.holdsAnything('s3://srl-rlvr-training/')).rejects.toMatchObject({
      code: 'aws-denied',
    });
  });
});

describe('a region with many jobs and alarms', () => {
  let aws: CannedAws | undefined;
  afterEach(async () => aws?.close());

  async function answering(answer: (request: CannedRequest, nth: number) => unknown): Promise<Region> {
    aws = await startCannedAws(
      (request, nth): CannedResponse => ({
        headers: { 'content-type': 'application/x-amz-json-1.1' },
        body: JSON.stringify(answer(request, nth)),
      }),
    );
    return createRegion(aws.clients, noTier);
  }

  const job = (name: string, createdAt: number, more: object = {}): object => ({
    TrainingJobName: name,
    CreationTime: createdAt / 1000,
    LastModifiedTime: createdAt / 1000,
    TrainingJobStatus: 'Failed',
    ...more,
  });

  it('is listed page by page within the rate limit, including old jobs that still run, each once', async () => {
    const now = Date.now();
    const old = job('old-one', now - 90 * hour, { TrainingJobStatus: 'InProgress' });
    const region = await answering(({ body }) => {
      const { NextToken: token, StatusEquals: going } = JSON.parse(body) as Record<string, string>;
      if (going !== undefined) return { TrainingJobSummaries: [job('b', now - hour), old] };
      if (token === undefined) return { TrainingJobSummaries: [job('a', now)], NextToken: 't' };
      return { TrainingJobSummaries: [job('b', now - hour), job('stale', now - 50 * hour)] };
    });
    const began = performance.now();

    const { found, cut } = await region.jobs(now - 48 * hour, 500);

    expect(found.map(({ name }) => name)).toEqual(['a', 'b', 'old-one']);
    expect(cut).toBe(false);
    expect(performance.now() - began).toBeGreaterThan(1_000);
    expect(aws?.requests.map(({ body }) => JSON.parse(body) as unknown)).toMatchObject([
      { SortBy: 'CreationTime', SortOrder: 'Descending', LastModifiedTimeAfter: expect.any(Number) },
      { NextToken: 't', LastModifiedTimeAfter: expect.any(Number) },
      { StatusEquals: 'InProgress' },
    ]);
  });

  it('lists only running jobs, page by page within the rate limit', async () => {
    const going = { TrainingJobStatus: 'InProgress' };
    const region = await answering(({ body }) =>
      (JSON.parse(body) as Record<string, string>)['NextToken'] === undefined
        ? { TrainingJobSummaries: [job('a', 2_000, going), job('b', 1_000, going)], NextToken: 't' }
        : { TrainingJobSummaries: [job('c', 0, going)] },
    );
    const began = performance.now();

    expect((await region.running(500)).found.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
    expect(performance.now() - began).toBeGreaterThan(500);
    expect(aws?.requests.map(({ body }) => JSON.parse(body) as unknown)).toMatchObject([
      { StatusEquals: 'InProgress', MaxResults: 100 },
      { StatusEquals: 'InProgress', NextToken: 't' },
    ]);
    expect(await region.running(1)).toMatchObject({ found: [{ name: 'a' }], cut: true });
  });

  it('includes composite alarms and reports when there are more', async () => {
    const alarm = (name: string): object => ({
      AlarmName: name,
      StateReason: 'why',
      StateUpdatedTimestamp: 1_762_000_000,
    });
    const region = await answering(() => ({
      MetricAlarms: [alarm('gpu')],
      CompositeAlarms: [alarm('all-training')],
      NextToken: 'more',
    }));

    expect(await region.alarms(10)).toMatchObject({
      found: [{ name: 'all-training', reason: 'why' }, { name: 'gpu' }],
      cut: true,
    });
  });

  it('lists its endpoints with their status', async () => {
    const region = await answering(() => ({
      Endpoints: [
        {
          EndpointName: 'srl-rlvr-gold',
          EndpointStatus: 'Failed',
          LastModifiedTime: 1_762_000_000,
        },
      ],
    }));

    expect(await region.endpoints(10)).toEqual({
      found: [{ name: 'srl-rlvr-gold', status: 'Failed', changedAt: 1_762_000_000_000 }],
      cut: false,
    });
    expect(aws?.requests[0]?.operation).toBe('ListEndpoints');
  });
});
