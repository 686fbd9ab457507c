import {
  type GetMetricDataCommandInput,
  GetMetricStatisticsCommand,
  ListMetricsCommand,
  type ListMetricsCommandInput,
  type MetricDataQuery,
} from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RegionUnderTest, startRegionUnderTest } from '../aws/a-region.ts';
import { data, host, minute, query, training, variant } from './ask-metrics.ts';

describe('metric queries in the sandbox', () => {
  let region: RegionUnderTest;

  beforeAll(async () => {
    region = await startRegionUnderTest();
  });
  afterAll(async () => region.close());

  async function everyPage(
    queries: MetricDataQuery[],
    input: Partial<GetMetricDataCommandInput>,
  ): Promise<Awaited<ReturnType<typeof data>>[]> {
    const page = await data(region, queries, input);
    if (page.NextToken === undefined) return [page];
    return [page, ...(await everyPage(queries, { ...input, NextToken: page.NextToken }))];
  }

  it('evaluate expressions and omit series with ReturnData false', async () => {
    const calls = { ...query('AWS/SageMaker', 'Invocations', variant, 'Sum', 'calls'), ReturnData: false };
    const { MetricDataResults: results } = await data(region, [
      { Id: 'share', Expression: '100 * (calls - 120) / calls' },
      calls,
    ]);

    expect(results?.map(({ Id }) => Id)).toEqual(['share']);
    expect(results?.[0]?.Values?.[5]).toBeCloseTo(50, 0);
  });

  it('return pages with at most MaxDatapoints points across all series', async () => {
    const queries = [
      query('AWS/SageMaker', 'Invocations', variant, 'Sum', 'a'),
      query('AWS/SageMaker', 'ModelLatency', variant, 'Average', 'b'),
    ];
    const range = {
      StartTime: new Date(Date.now() - 20 * minute),
      EndTime: new Date(Date.now() - 10 * minute),
    };
    const whole = (await data(region, queries, range)).MetricDataResults;
    const pages = await everyPage(queries, { ...range, MaxDatapoints: 7 });
    const found = new Map<string, number[]>();
    for (const { Id = '', Values = [] } of pages.flatMap(({ MetricDataResults: results = [] }) => results))
      found.set(Id, [...(found.get(Id) ?? []), ...Values]);

    expect(pages.length).toBeGreaterThan(2);
    expect(pages[0]?.MetricDataResults?.map(({ StatusCode }) => StatusCode)).toEqual(['PartialData']);
    expect(whole?.map(({ StatusCode }) => StatusCode)).toEqual(['Complete', 'Complete']);
    expect([...found]).toEqual(whole?.map(({ Id, Values }) => [Id, Values]));
  });

  it.each<[string, Partial<GetMetricDataCommandInput>, MetricDataQuery[]]>([
    ['an end before its start', { EndTime: new Date(0) }, [query(training, 'GPUUtilization', host)]],
    ['two queries with the same id', {}, [query(training, 'a', host), query(training, 'b', host)]],
    ['an unknown statistic', {}, [query(training, 'GPUUtilization', host, 'Mean')]],
    ['an expression with an unknown id', {}, [{ Id: 'e', Expression: 'm1/8' }]],
    ['an unterminated expression', {}, [query(training, 'a', host), { Id: 'e', Expression: '(m1' }]],
    ['neither a metric nor an expression', {}, [{ Id: 'e' }]],
    ['an uppercase id', {}, [query(training, 'a', host, 'Average', 'M1')]],
  ])('are refused with %s', async (_, more, queries) => {
    await expect(data(region, queries, more)).rejects.toMatchObject({ $metadata: { httpStatusCode: 400 } });
  });

  it('with GetMetricStatistics return unordered points, at most 1,440', async () => {
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

  it('with ListMetrics filter by namespace, name and dimension', async () => {
    const list = async (input: ListMetricsCommandInput): Promise<unknown[]> => {
      const { Metrics: found = [] } = await region.clients.cloudwatch.send(new ListMetricsCommand(input));
      return found.map(({ MetricName: name }) => name);
    };

    expect(await list({ Dimensions: [{ Name: 'Host', Value: host.Host }] })).toEqual(
      expect.arrayContaining(['GPUMemoryUtilization', 'DiskUtilization', 'TrainingJobInterrupted']),
    );
    expect(await list({ Namespace: 'AWS/SageMaker', MetricName: 'ModelLatency' })).toEqual(['ModelLatency']);
    // Loss and reward of two running and two completed jobs.
    expect(await list({ Dimensions: [{ Name: 'TrainingJobName' }] })).toHaveLength(8);
    expect(await list({ Namespace: 'AWS/EC2' })).toEqual([]);
  });
});
