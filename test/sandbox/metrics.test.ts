import {
  GetMetricDataCommand,
  type GetMetricDataCommandInput,
  GetMetricStatisticsCommand,
  ListMetricsCommand,
  type ListMetricsCommandInput,
  type MetricDataQuery,
} from '@aws-sdk/client-cloudwatch';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RegionUnderTest, startRegionUnderTest } from '../aws/a-region.ts';
import { postJson } from '../support/world.ts';

const minute = 60_000;
const job = 'srl-rlvr-gold-20251104';
const endpoint = 'srl-rlvr-gold-prod';
const training = '/aws/sagemaker/TrainingJobs';
const host = { Host: `${job}/algo-1` };
const variant = { EndpointName: endpoint, VariantName: 'AllTraffic' };

describe('the metrics of the sandbox', () => {
  let region: RegionUnderTest;

  beforeEach(async () => {
    region = await startRegionUnderTest();
  });
  afterEach(async () => region.close());

  const query = (
    Namespace: string,
    MetricName: string,
    dimensions: Record<string, string>,
    Stat = 'Average',
    Id = 'm1',
  ): MetricDataQuery => {
    const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
    return { Id, MetricStat: { Metric: { Namespace, MetricName, Dimensions }, Period: 60, Stat } };
  };

  async function data(MetricDataQueries: MetricDataQuery[], more: Partial<GetMetricDataCommandInput> = {}) {
    const now = Date.now();
    return region.clients.cloudwatch.send(
      new GetMetricDataCommand({
        MetricDataQueries,
        StartTime: new Date(now - 60 * minute),
        EndTime: new Date(now + minute),
        ScanBy: 'TimestampAscending',
        ...more,
      }),
    );
  }

  async function values(...asked: Parameters<typeof query>): Promise<number[]> {
    const { MetricDataResults: results } = await data([query(...asked)]);
    return results?.[0]?.Values ?? [];
  }

  async function fail(body: object): Promise<void> {
    await postJson(`${region.region.url}/_sandbox/fail`, body);
  }

  it('have one point a minute of a job that trains, at whole minutes, newest first unless asked otherwise', async () => {
    const { MetricDataResults: results } = await data([query(training, 'GPUUtilization', host)], {
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

  it('can be calculated with, and what is only an ingredient stays out', async () => {
    const calls = { ...query('AWS/SageMaker', 'Invocations', variant, 'Sum', 'calls'), ReturnData: false };
    const { MetricDataResults: results } = await data([
      { Id: 'share', Expression: '100 * (calls - 120) / calls' },
      calls,
    ]);

    expect(results?.map(({ Id }) => Id)).toEqual(['share']);
    expect(results?.[0]?.Values?.[5]).toBeCloseTo(50, 0);
  });

  it('come in pages of as many points as asked for, over all series', async () => {
    const queries = [
      query('AWS/SageMaker', 'Invocations', variant, 'Sum', 'a'),
      query('AWS/SageMaker', 'ModelLatency', variant, 'Average', 'b'),
    ];
    const range = {
      StartTime: new Date(Date.now() - 20 * minute),
      EndTime: new Date(Date.now() - 10 * minute),
    };
    const whole = await data(queries, range);
    const found: Record<string, number[]> = {};
    let token: string | undefined;
    let pages = 0;
    do {
      const page = await data(queries, {
        ...range,
        MaxDatapoints: 7,
        ...(token === undefined ? {} : { NextToken: token }),
      });
      for (const { Id = '', Values = [] } of page.MetricDataResults ?? []) (found[Id] ??= []).push(...Values);
      token = page.NextToken;
      pages += 1;
    } while (token !== undefined);

    expect(pages).toBeGreaterThan(2);
    for (const { Id = '', Values } of whole.MetricDataResults ?? []) expect(found[Id]).toEqual(Values);
  });

  it.each<[string, Partial<GetMetricDataCommandInput>, MetricDataQuery[]]>([
    ['an end before its start', { EndTime: new Date(0) }, [query(training, 'GPUUtilization', host)]],
    ['two queries of one id', {}, [query(training, 'a', host), query(training, 'b', host)]],
    ['a statistic that there is not', {}, [query(training, 'GPUUtilization', host, 'Mean')]],
    ['an expression over an unknown id', {}, [{ Id: 'e', Expression: 'm1/8' }]],
    ['an expression without an end', {}, [query(training, 'a', host), { Id: 'e', Expression: '(m1' }]],
    ['neither metric nor expression', {}, [{ Id: 'e' }]],
    ['an id in capitals', {}, [query(training, 'a', host, 'Average', 'M1')]],
  ])('refuse %s', async (_, more, queries) => {
    await expect(data(queries, more)).rejects.toMatchObject({ $metadata: { httpStatusCode: 400 } });
  });

  it('can be read one at a time, in no order, and at most 1,440 points', async () => {
    const read = async (minutes: number) =>
      region.clients.cloudwatch.send(
        new GetMetricStatisticsCommand({
          Namespace: 'AWS/SageMaker',
          MetricName: 'ModelLatency',
          Dimensions: Object.entries(variant).map(([Name, Value]) => ({ Name, Value })),
          StartTime: new Date(Date.now() - minutes * minute),
          EndTime: new Date(),
          Period: 60,
          Statistics: ['Average', 'Maximum'],
        }),
      );

    const { Datapoints: points = [] } = await read(30);
    expect(points.length).toBeGreaterThanOrEqual(30);
    expect(points[0]).toMatchObject({ Unit: 'Microseconds', Average: expect.any(Number) });
    const times = points.map(({ Timestamp: time }) => Number(time));
    expect(times).not.toEqual(times.toSorted((a, b) => a - b));
    await expect(read(2_880)).rejects.toThrow(/exceeds the limit of 1,440/);
  });

  it('are listed by namespace, name and dimension', async () => {
    const list = async (input: ListMetricsCommandInput): Promise<unknown[]> => {
      const { Metrics: found = [] } = await region.clients.cloudwatch.send(new ListMetricsCommand(input));
      return found.map(({ MetricName: name }) => name);
    };

    expect(await list({ Dimensions: [{ Name: 'Host', Value: host.Host }] })).toEqual(
      expect.arrayContaining(['GPUMemoryUtilization', 'DiskUtilization', 'TrainingJobInterrupted']),
    );
    expect(await list({ Namespace: 'AWS/SageMaker', MetricName: 'ModelLatency' })).toEqual(['ModelLatency']);
    expect(await list({ Dimensions: [{ Name: 'TrainingJobName' }] })).toHaveLength(4);
    expect(await list({ Namespace: 'AWS/EC2' })).toEqual([]);
  });
});
