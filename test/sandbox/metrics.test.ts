import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RegionUnderTest, startRegionUnderTest } from '../aws/a-region.ts';
import { postJson } from '../support/world.ts';
import { data, endpoint, host, job, minute, query, training, variant } from './ask-metrics.ts';

describe('metrics in the sandbox', () => {
  let region: RegionUnderTest;

  beforeEach(async () => {
    region = await startRegionUnderTest();
  });
  afterEach(async () => region.close());

  async function values(...metric: Parameters<typeof query>): Promise<number[]> {
    const { MetricDataResults: results } = await data(region, [query(...metric)]);
    return results?.[0]?.Values ?? [];
  }

  async function fail(body: object): Promise<void> {
    await postJson(`${region.region.url}/_sandbox/fail`, body);
  }

  it('have one point per whole minute of a running job, newest first by default', async () => {
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

  it('show GPU memory but not host memory climbing to 100 before a job runs out of GPU memory', async () => {
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
  ])('show after %s that %s filled up and %s did not', async (kind, full, other) => {
    await fail({ job, kind });

    expect((await values(training, full, host, 'Maximum')).at(-1)).toBeCloseTo(100, 1);
    expect(Math.max(...(await values(training, other, host, 'Maximum')))).toBeLessThan(95);
  });

  it('show no full resource after a failure that is unrelated to memory', async () => {
    await fail({ job, kind: 'internal' });

    for (const name of ['GPUMemoryUtilization', 'MemoryUtilization', 'DiskUtilization'])
      expect(Math.max(...(await values(training, name, host, 'Maximum')))).toBeLessThan(90);
  });

  it('include the values that the script printed, extracted by the patterns of the job', async () => {
    const reward = await values(training, 'train:reward', { TrainingJobName: job });

    expect(reward.at(-1)).toBeCloseTo(0.2 + 1_320 / 4_000, 2);
    expect(reward).toEqual(reward.toSorted((a, b) => a - b));
    expect((await values(training, 'train:loss', { TrainingJobName: job }))[0]).toBeGreaterThan(0.1);
  });

  it('show the calls of an endpoint, its errors as a sum or a rate, and its latency in microseconds', async () => {
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

  it('show a degraded model in the custom metric that its alarm evaluates', async () => {
    const of = (): Promise<number[]> => values('SRL/Serving', 'ModelPerformance', variant);
    expect(Math.min(...(await of()))).toBeGreaterThan(0.7);
    await fail({ endpoint, kind: 'model-degraded' });
    expect((await of()).at(-2)).toBeLessThan(0.6);
  });

  it('are empty without an error for an unpublished metric or a missing dimension', async () => {
    expect(await values(training, 'GPUMemoryUtilization', { Host: job })).toEqual([]);
    expect(await values('AWS/SageMaker', 'ModelLatency', { EndpointName: endpoint })).toEqual([]);
  });
});
