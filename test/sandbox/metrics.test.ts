import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RegionUnderTest, startRegionUnderTest } from '../aws/a-region.ts';
import { postJson } from '../support/world.ts';
import { data, endpoint, host, job, minute, query, training, variant } from './ask-metrics.ts';

describe('the metrics of the sandbox', () => {
  let region: RegionUnderTest;

  beforeEach(async () => {
    region = await startRegionUnderTest();
  });
  afterEach(async () => region.close());

  async function values(...asked: Parameters<typeof query>): Promise<number[]> {
    const { MetricDataResults: results } = await data(region, [query(...asked)]);
    return results?.[0]?.Values ?? [];
  }

  async function fail(body: object): Promise<void> {
    await postJson(`${region.region.url}/_sandbox/fail`, body);
  }

  it('have one point a minute of a job that trains, at whole minutes, newest first unless asked otherwise', async () => {
    const { MetricDataResults: results } = await data(region, [query(training, 'GPUUtilization', host)], {
      ScanBy: 'TimestampDescending',
    });
    const { Timestamps: times = [], Values: found = [], StatusCode } = results?.[0] ?? {};

    expect(StatusCode).toBe('Complete');
    expect(found.length).toBeGreaterThanOrEqual(60);
    expect(found.every((value) => value > 70 && value <= 100)).toBe(true);
    expect(times.every((time) => time.getTime() % minute === 0)).toBe(true);
    expect(times).toEqual(times.toSorted((a, b) => b.getTime() - a.getTime()));
  });

  it('show GPU memory climb to 100 before a job runs out of it, and host memory that does not', async () => {
    await fail({ job, kind: 'out-of-memory' });

    const peak = await values(training, 'GPUMemoryUtilization', host, 'Maximum');
    expect(peak.at(-1)).toBeCloseTo(100, 1);
    const climb = peak.slice(-6);
    expect(climb).toEqual(climb.toSorted((a, b) => a - b));
    expect(peak[0]).toBeLessThan(85);
    expect(Math.max(...(await values(training, 'MemoryUtilization', host, 'Maximum')))).toBeLessThan(60);
  });

  it.each([
    ['out-of-host-memory', 'MemoryUtilization', 'GPUMemoryUtilization'],
    ['disk-full', 'DiskUtilization', 'MemoryUtilization'],
  ])('show for %s that %s filled up and %s did not', async (kind, full, other) => {
    await fail({ job, kind });

    expect((await values(training, full, host, 'Maximum')).at(-1)).toBeCloseTo(100, 1);
    expect(Math.max(...(await values(training, other, host, 'Maximum')))).toBeLessThan(95);
  });

  it('fill nothing up for a failure that memory has nothing to do with', async () => {
    await fail({ job, kind: 'internal' });

    for (const name of ['GPUMemoryUtilization', 'MemoryUtilization', 'DiskUtilization'])
      expect(Math.max(...(await values(training, name, host, 'Maximum')))).toBeLessThan(90);
  });

  it('hold what the script printed, found by the patterns of the job', async () => {
    const reward = await values(training, 'train:reward', { TrainingJobName: job });

    expect(reward.at(-1)).toBeCloseTo(0.2 + 1_320 / 4_000, 2);
    expect(reward).toEqual(reward.toSorted((a, b) => a - b));
    expect((await values(training, 'train:loss', { TrainingJobName: job }))[0]).toBeGreaterThan(0.1);
  });

  it('show how an endpoint answers: calls, errors as a sum or a share, latency in microseconds', async () => {
    const of = (name: string, stat: string): Promise<number[]> =>
      values('AWS/SageMaker', name, variant, stat);
    const before = await of('Invocation5XXErrors', 'Sum');
    expect(before.length).toBeGreaterThanOrEqual(60);
    expect(Math.max(...before)).toBe(0);
    expect((await of('Invocations', 'Sum'))[5]).toBeCloseTo(240, 0);
    expect((await of('ModelLatency', 'Average'))[5]).toBeGreaterThan(700_000);

    await fail({ endpoint, kind: 'model-errors' });

    const errors = await of('Invocation5XXErrors', 'Sum');
    expect(errors[5]).toBe(0);
    expect(errors.at(-2)).toBeGreaterThan(40);
    const share = (await of('Invocation5XXErrors', 'Average')).at(-2);
    expect(share).toBeGreaterThan(0.15);
    expect(share).toBeLessThan(0.4);
  });

  it('show a model that answers worse in the metric of its team, which its alarm looks at', async () => {
    const of = (): Promise<number[]> => values('SRL/Serving', 'ModelPerformance', variant);
    expect(Math.min(...(await of()))).toBeGreaterThan(0.7);
    await fail({ endpoint, kind: 'model-degraded' });
    expect((await of()).at(-2)).toBeLessThan(0.6);
  });

  it('are empty, and no error, for a metric that nobody publishes, or with a dimension too few', async () => {
    expect(await values(training, 'GPUMemoryUtilization', { Host: job })).toEqual([]);
    expect(await values('AWS/SageMaker', 'ModelLatency', { EndpointName: endpoint })).toEqual([]);
  });
});
