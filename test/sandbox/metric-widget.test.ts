import { GetMetricWidgetImageCommand } from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMetrics } from '../../src/aws/cloudwatch/metrics.ts';
import { type RegionUnderTest, startRegionUnderTest } from '../aws/a-region.ts';
import { decodePng, type Picture } from './a-picture.ts';

const minute = 60_000;
const job = 'srl-rlvr-gold-20251104';
const memory = ['/aws/sagemaker/TrainingJobs', 'GPUMemoryUtilization', 'Host', `${job}/algo-1`];
const [line, threshold, moment] = ['#1f77b4', '#d62728', '#7b3fa0'];

describe('a metric widget image in the sandbox', () => {
  let region: RegionUnderTest;
  const now = Date.now();
  const widget = {
    width: 800,
    height: 300,
    title: 'GPU memory <of> "srl" & co',
    start: new Date(now - 60 * minute).toISOString(),
    end: new Date(now).toISOString(),
    yAxis: { left: { min: 0, max: 100 } },
    metrics: [[...memory, { stat: 'Average', period: 60 }]],
  };

  beforeAll(async () => {
    region = await startRegionUnderTest();
  });
  afterAll(async () => region.close());

  async function draw(input: unknown): Promise<Picture> {
    const MetricWidget = typeof input === 'string' ? input : JSON.stringify(input);
    const { MetricWidgetImage: png } = await region.clients.cloudwatch.send(
      new GetMetricWidgetImageCommand({ MetricWidget }),
    );
    return decodePng(png ?? Buffer.alloc(0));
  }

  const rows = (picture: Picture, color: string): number[] =>
    Array.from({ length: picture.height }, (_, y) => y).filter((y) => picture.inRow(y, color) > 200);
  const columns = (picture: Picture, color: string): number[] =>
    Array.from({ length: picture.width }, (_, x) => x).filter((x) => picture.inColumn(x, color) > 80);

  it('has the requested size, or 600 by 400 by default', async () => {
    expect(await draw(widget)).toMatchObject({ width: 800, height: 300 });
    expect(await draw({ metrics: [memory] })).toMatchObject({ width: 600, height: 400 });
  });

  it('shows the line of the metric with the axis limits of the widget', async () => {
    const picture = await draw(widget);
    const high = await draw({ ...widget, yAxis: { left: { min: 0, max: 1_000 } } });

    expect(picture.has(line)).toBe(true);
    const top = (one: Picture): number =>
      Array.from({ length: one.height }, (_, y) => y).findIndex((y) => one.inRow(y, line) > 20);
    expect(top(picture)).toBeLessThan(150);
    expect(top(high)).toBeGreaterThan(200);
  });

  it('shows a threshold as a horizontal line and a moment as a vertical line at the right positions', async () => {
    const plain = await draw(widget);
    expect([rows(plain, threshold), columns(plain, moment)]).toEqual([[], []]);
    const at = async (minutesAgo: number, value: number): Promise<{ row?: number; column?: number }> => {
      const picture = await draw({
        ...widget,
        annotations: {
          horizontal: [{ label: '90 %', value }],
          vertical: [{ label: 'failed', value: new Date(now - minutesAgo * minute).toISOString() }],
        },
      });
      const [row, column] = [rows(picture, threshold)[0], columns(picture, moment)[0]];
      return { ...(row !== undefined && { row }), ...(column !== undefined && { column }) };
    };

    const [late, early] = [await at(6, 90), await at(54, 50)];
    expect(late.column).toBeGreaterThan(650);
    expect(early.column).toBeLessThan(200);
    expect(late.row).toBeLessThan(Number(early.row));
    expect((await at(90, 90)).column).toBeUndefined();
  });

  it('can be drawn for a request from Relight with a line divided by the GPUs of the host', async () => {
    const [namespace = '', metric = '', , Host = ''] = memory;
    const png = await createMetrics(region.clients.cloudwatch).picture({
      title: job,
      from: now - 60 * minute,
      to: now + 5 * minute,
      unit: '%',
      threshold: { label: '90 %', value: 90 },
      moments: [{ label: 'training stopped', at: now }],
      lines: [
        {
          namespace,
          metric,
          dimensions: { Host },
          statistic: 'Average',
          periodSeconds: 60,
          label: 'GPU memory',
          divideBy: 2,
        },
      ],
    });

    const picture = decodePng(png);
    expect(picture.width).toBe(1_200);
    expect(picture.has(line)).toBe(true);
    expect([rows(picture, threshold).length > 0, columns(picture, moment).length > 0]).toEqual([true, true]);
  });

  it('shows a calculated line and omits the hidden line that it is based on', async () => {
    const shown = {
      ...widget,
      metrics: [[...memory, { id: 'm1', color: '#ff0000', period: 60, visible: false }]],
    };
    const half = [...shown.metrics, [{ expression: 'm1/2', id: 'e1', color: '#00ff00' }]];

    expect((await draw(shown)).has('#ff0000')).toBe(false);
    const picture = await draw({ ...widget, metrics: half });
    expect(picture.has('#ff0000')).toBe(false);
    expect(picture.has('#00ff00')).toBe(true);
  });

  it('has no lines for an unpublished metric', async () => {
    const unknown = ['AWS/SageMaker', 'ModelLatency', 'EndpointName', 'srl-rlvr-gold-prod'];
    const picture = await draw({ ...widget, metrics: [[...unknown, { color: '#00ff00' }]] });

    const shared = Array.from({ length: 250 }, (_, y) => picture.inRow(y, '#00ff00'));
    expect(Math.max(...shared)).toBe(0);
  });

  it.each([
    ['invalid JSON', '{'],
    ['no metrics', '{}'],
    ['a metric without a name', '{"metrics":[["AWS/SageMaker"]]}'],
    ['an incomplete dimension', '{"metrics":[["AWS/SageMaker","ModelLatency","EndpointName"]]}'],
    ['an unknown option', '{"metrics":[["a","b",{"colour":"#ff0000"}]]}'],
    ['a color name', '{"metrics":[["a","b",{"color":"red"}]]}'],
    ['an invalid time', '{"metrics":[],"annotations":{"vertical":[{"value":"at noon"}]}}'],
    ['an image that is too large', '{"metrics":[],"width":2001}'],
    ['an end before its start', '{"metrics":[],"start":"PT0H","end":"-PT3H"}'],
    ['more than 100 kB', JSON.stringify({ metrics: [], title: 'x'.repeat(102_400) })],
    ['an expression with an unknown id', '{"metrics":[[{"expression":"m1/8"}]]}'],
  ])('is refused for a widget with %s', async (_, input) => {
    await expect(draw(input)).rejects.toMatchObject({ $metadata: { httpStatusCode: 400 } });
  });

  it('is refused with the error code of CloudWatch for an invalid definition', async () => {
    await expect(draw('{')).rejects.toMatchObject({ Code: 'InvalidParameterInput' });
  });
});
