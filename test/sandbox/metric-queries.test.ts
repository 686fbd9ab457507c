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

describe('the ways to ask the sandbox for metrics', () => {
  let region: RegionUnderTest;

  beforeAll(async () => {
    region = await startRegionUnderTest();
  });
  afterAll(async () => region.close());

  async function everyPage(
    queries: MetricDataQuery[],
    asked: Partial<GetMetricDataCommandInput>,
  ): Promise<Awaited<ReturnType<typeof data>>[]> {
    const page = await data(region, queries, asked);
    if (page.NextToken === undefined) return [page];
    return [page, ...(await everyPage(queries, { ...asked, NextToken: page.NextToken }))];
  }

  it('can be calculated with, and what is only an ingredient stays out', async () => {
    const calls = { ...query('AWS/SageMaker', 'Invocations', variant, 'Sum', 'calls'), ReturnData: false };
    const { MetricDataResults: results } = await data(region, [
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
    ['two queries of one id', {}, [query(training, 'a', host), query(training, 'b', host)]],
    ['a statistic that there is not', {}, [query(training, 'GPUUtilization', host, 'Mean')]],
    ['an expression over an unknown id', {}, [{ Id: 'e', Expression: 'm1/8' }]],
    ['an expression without an end', {}, [query(training, 'a', host), { Id: 'e', Expression: '(m1' }]],
    ['neither metric nor expression', {}, [{ Id: 'e' }]],
    ['an id in capitals', {}, [query(training, 'a', host, 'Average', 'M1')]],
  ])('refuse %s', async (_, more, queries) => {
    await expect(data(region, queries, more)).rejects.toMatchObject({ $metadata: { httpStatusCode: 400 } });
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
    // Two for each job: the loss and the reward of two that train and two that are done.
    expect(await list({ Dimensions: [{ Name: 'TrainingJobName' }] })).toHaveLength(8);
    expect(await list({ Namespace: 'AWS/EC2' })).toEqual([]);
  });
});
