import { afterEach, describe, expect, it } from 'vitest';
import { createMetrics } from '../../../src/aws/cloudwatch/metrics.ts';
import type { MetricPicture, MetricQuery } from '../../../src/ports/metrics.ts';
import { type CannedAws, type CannedRequest, type CannedResponse, startCannedAws } from '../canned-aws.ts';

const at = Date.UTC(2026, 10, 23, 3, 0);
const minute = 60_000;

function query(metric: string): MetricQuery {
  return {
    namespace: '/aws/sagemaker/TrainingJobs',
    metric,
    dimensions: { Host: 'srl-rlvr-gold/algo-1' },
    statistic: 'Average',
    periodSeconds: 60,
  };
}

interface Sent {
  readonly MetricDataQueries: readonly { readonly Id: string; readonly MetricStat: unknown }[];
  readonly NextToken?: string;
  readonly MetricWidget: string;
}

function sent({ body }: CannedRequest): Sent {
  // The SDK sends JSON objects to CloudWatch.
  return JSON.parse(body) as Sent;
}

function results(
  values: Readonly<Record<string, readonly (readonly [number, number])[]>>,
  NextToken?: string,
): CannedResponse {
  const MetricDataResults = Object.entries(values).map(([Id, points]) => ({
    Id,
    Timestamps: points.map(([time]) => time / 1_000),
    Values: points.map(([, value]) => value),
    StatusCode: 'Complete',
  }));
  return { body: JSON.stringify({ MetricDataResults, NextToken }) };
}

describe('CloudWatch metrics', () => {
  let aws: CannedAws | undefined;

  afterEach(async () => aws?.close());

  it('are read page by page and returned in query order, oldest point first', async () => {
    aws = await startCannedAws((request) =>
      sent(request).NextToken === undefined
        ? results({ m1: [[at + minute, 61]], m0: [[at + minute, 7]] }, 'more')
        : results({ m0: [[at, 5]], m1: [[at + 2 * minute, 98]] }),
    );

    const read = await createMetrics(aws.clients.cloudwatch).series(
      [query('DiskUtilization'), query('GPUMemoryUtilization'), query('Nothing')],
      at,
      at + 60 * minute,
    );

    expect(read).toEqual([
      [
        { at, value: 5 },
        { at: at + minute, value: 7 },
      ],
      [
        { at: at + minute, value: 61 },
        { at: at + 2 * minute, value: 98 },
      ],
      [],
    ]);
    expect(aws.requests.map(({ operation }) => operation)).toEqual(['GetMetricData', 'GetMetricData']);
  });

  it('are queried per host in whole minutes, with at most 500 queries per call', async () => {
    aws = await startCannedAws((request) => {
      const [first] = sent(request).MetricDataQueries;
      return results({ [first?.Id ?? '']: [[at, sent(request).MetricDataQueries.length]] });
    });

    const queries = Array.from({ length: 501 }, (_, index) => query(`metric-${index}`));
    const read = await createMetrics(aws.clients.cloudwatch).series(queries, at, at + minute);

    expect(read).toHaveLength(501);
    expect([read[0], read[500]]).toEqual([[{ at, value: 500 }], [{ at, value: 1 }]]);
    expect(aws.requests.map((request) => sent(request).MetricDataQueries[0]?.MetricStat)).toEqual(
      ['metric-0', 'metric-500'].map((MetricName) => ({
        Metric: {
          Namespace: '/aws/sagemaker/TrainingJobs',
          MetricName,
          Dimensions: [{ Name: 'Host', Value: 'srl-rlvr-gold/algo-1' }],
        },
        Period: 60,
        Stat: 'Average',
      })),
    );
  });

  it('report a missing permission, and retry when CloudWatch throttles', async () => {
    const refuse = (type: string): CannedResponse => ({
      status: 400,
      body: JSON.stringify({ __type: type, message: 'no' }),
    });
    aws = await startCannedAws(({ operation }) =>
      refuse(operation === 'GetMetricData' ? 'AccessDeniedException' : 'ThrottlingException'),
    );
    const metrics = createMetrics(aws.clients.cloudwatch);

    await expect(metrics.series([query('x')], at, at + minute)).rejects.toMatchObject({ code: 'aws-denied' });
    await expect(metrics.picture(aPicture())).rejects.toMatchObject({ code: 'aws-throttled', retry: true });
  });
});

function aPicture(): MetricPicture {
  return {
    title: 'srl-rlvr-gold (algo-1)',
    from: at,
    to: at + 60 * minute,
    unit: '%',
    threshold: { label: '90 %', value: 90 },
    moments: [{ label: 'training stopped', at: at + 55 * minute }],
    lines: [
      { ...query('GPUMemoryUtilization'), label: 'GPU memory', divideBy: 8 },
      { ...query('DiskUtilization'), label: 'Disk' },
      { ...query('loss'), dimensions: { TrainingJobName: 'srl-rlvr-gold' }, label: 'loss', right: true },
    ],
  };
}

describe('a CloudWatch picture', () => {
  let aws: CannedAws | undefined;

  afterEach(async () => aws?.close());

  it('is drawn in UTC with the threshold as a horizontal and the failure as a vertical line', async () => {
    const png = Buffer.from('\u0089PNG', 'latin1');
    aws = await startCannedAws(() => ({
      body: JSON.stringify({ MetricWidgetImage: png.toString('base64') }),
    }));

    const bytes = await createMetrics(aws.clients.cloudwatch).picture(aPicture());

    expect(Buffer.from(bytes)).toEqual(png);
    const [request] = aws.requests.map(sent);
    expect(JSON.parse(request?.MetricWidget ?? '')).toMatchObject({
      width: 1_200,
      timezone: '+0000',
      start: '2026-11-23T03:00:00.000Z',
      end: '2026-11-23T04:00:00.000Z',
      annotations: {
        horizontal: [{ label: '90 %', value: 90 }],
        vertical: [{ label: 'training stopped', value: '2026-11-23T03:55:00.000Z' }],
      },
      metrics: [
        [
          '/aws/sagemaker/TrainingJobs',
          'GPUMemoryUtilization',
          'Host',
          'srl-rlvr-gold/algo-1',
          { id: 'm1', stat: 'Average', period: 60, visible: false },
        ],
        [{ expression: 'm1/8', id: 'e1', label: 'GPU memory' }],
        [
          '/aws/sagemaker/TrainingJobs',
          'DiskUtilization',
          'Host',
          'srl-rlvr-gold/algo-1',
          { id: 'm2', stat: 'Average', period: 60, label: 'Disk' },
        ],
        [
          '/aws/sagemaker/TrainingJobs',
          'loss',
          'TrainingJobName',
          'srl-rlvr-gold',
          { id: 'm3', stat: 'Average', period: 60, label: 'loss', yAxis: 'right' },
        ],
      ],
    });
  });

  it('without bytes is an error, not an empty file', async () => {
    aws = await startCannedAws(() => ({ body: '{}' }));

    await expect(createMetrics(aws.clients.cloudwatch).picture(aPicture())).rejects.toMatchObject({
      code: 'aws-refused',
    });
  });
});
