import { beforeEach, describe, expect, it } from 'vitest';
import { OpsError, type OpsErrorCode } from '../../../src/errors.ts';
import { collectTrainingMetrics } from '../../../src/playbooks/actions/collect-training-metrics.ts';
import type { ActionPorts } from '../../../src/playbooks/define/action-ports.ts';
import type { MetricPoint } from '../../../src/ports/metrics.ts';
import { Again, type Report } from '../../../src/ports/step-output.ts';
import { everyMinute, leaking } from '../../diagnosis/metrics/points.ts';
import { trainingSince } from '../../support/a-running-job.ts';
import { ended, minute } from '../../support/a-training-run.ts';
import { aJob, type FakePorts, failedJob, fakePorts } from '../../support/fake-ports.ts';

describe('collecting the metrics of a failed job', () => {
  let ports: FakePorts;

  beforeEach(() => {
    ports = fakePorts();
    ports.training.put(aJob({ status: 'Failed', secondaryStatus: 'Failed', instanceCount: 2 }));
  });

  async function collected(
    other: Partial<ActionPorts> = {},
    trainedUntil: number | undefined = ended,
  ): Promise<{ report: Report; files: readonly unknown[] }> {
    const input = { job: failedJob, failedAt: ended, trainedUntil };
    const output = await collectTrainingMetrics.run(input, { ...ports, ...other });
    if (output instanceof Again) throw new Error('it is not to wait');
    return {
      report: collectTrainingMetrics.report(collectTrainingMetrics.output.parse(output)),
      files: output.files,
    };
  }

  function put(metric: string, dimension: string, points: readonly MetricPoint[]): void {
    ports.metrics.points.set(`${metric} ${dimension}`, points);
  }

  it('reports the final value of the fullest host and the value an hour before, across all GPUs', async () => {
    put(
      'GPUMemoryUtilization',
      `${failedJob}/algo-1`,
      everyMinute(ended, () => 480),
    );
    put('GPUMemoryUtilization', `${failedJob}/algo-2`, leaking(ended));
    put(
      'DiskUtilization',
      `${failedJob}/algo-1`,
      everyMinute(ended, (before) => (before === 30 ? 40 : 12)),
    );

    const { report } = await collected();

    expect(report.headline).toBe('GPU memory: 98 % at the end, 61 % an hour before');
    expect(report.facts).toEqual([
      { label: 'GPU memory (algo-2)', value: '98 % at the end, 61 % an hour before' },
      {
        label: 'Disk (algo-1)',
        value: '12 % at the end, 12 % an hour before, at most 40 % at 2026-11-23 02:44 UTC',
      },
      { label: 'Last data point', value: '2026-11-23 03:13 UTC' },
    ]);
  });

  it('plots the fullest host, marks when training stopped, and stores the picture', async () => {
    put(
      'GPUMemoryUtilization',
      `${failedJob}/algo-1`,
      everyMinute(ended, () => 480),
    );
    put('GPUMemoryUtilization', `${failedJob}/algo-2`, leaking(ended));

    const { files } = await collected();

    expect(ports.metrics.pictures).toMatchObject([
      {
        title: `${failedJob} (algo-2)`,
        threshold: { value: 90 },
        moments: [{ label: 'training stopped', at: ended }],
      },
    ]);
    const [picture] = ports.metrics.pictures;
    expect(picture?.lines[0]).toMatchObject({
      metric: 'GPUMemoryUtilization',
      dimensions: { Host: `${failedJob}/algo-2` },
      divideBy: 8,
    });
    expect(picture?.lines).toHaveLength(4);
    expect(files).toMatchObject([
      {
        name: `${failedJob}-metrics.png`,
        type: 'image/png',
        alt: 'Line plot over time. GPU memory: 98 % at the end, 61 % an hour before.',
      },
    ]);
    expect(ports.files.kept.size).toBe(1);
  });

  it('measures until training stopped, not until SageMaker gave up waiting for spot instances', async () => {
    const stopped = ended - 300 * minute;
    put('MemoryUtilization', `${failedJob}/algo-1`, [
      ...everyMinute(stopped, () => 44),
      ...everyMinute(ended, () => 1),
    ]);
    ports.training.put(aJob({ createdAt: ended - 600 * minute }));

    const { report } = await collected({}, stopped);

    expect(report.headline).toBe('Host memory: 44 % at the end, 44 % an hour before');
    expect(ports.metrics.asked[0]).toMatchObject({ from: ended - 601 * minute, to: stopped + 5 * minute });
  });

  it('includes the metrics of the script, each in its own unit', async () => {
    ports.training.put(aJob({ metricNames: ['train:loss'], instanceCount: 1 }));
    put(
      'train:loss',
      failedJob,
      everyMinute(ended, (before) => (before === 1 ? 7.123456 : 0.25)),
    );

    const { report } = await collected();

    expect(report.facts?.[0]).toEqual({
      label: 'train:loss',
      value: '7.123 at the end, 0.25 an hour before',
    });
    expect(ports.metrics.pictures[0]?.lines.at(-1)).toMatchObject({ label: 'train:loss', right: true });
  });

  it('compares with the earliest value if the job trained for less than an hour', async () => {
    put('DiskUtilization', `${failedJob}/algo-1`, [
      { at: ended - 20 * minute, value: 30 },
      { at: ended - minute, value: 99.6 },
    ]);

    expect((await collected()).report.headline).toBe('Disk: 100 % at the end, 30 % 19 min before');
  });

  it('reports missing metrics in one line and does not fail', async () => {
    const { report, files } = await collected();

    expect(report).toEqual({ headline: 'CloudWatch has no metrics for this job', lines: [] });
    expect(files).toEqual([]);
    expect(ports.metrics.pictures).toEqual([]);
  });

  it.each<OpsErrorCode>(['aws-denied', 'aws-throttled', 'aws-unavailable'])(
    'says in one line that CloudWatch refuses (%s), and fails nothing',
    async (code) => {
      const metrics = { ...ports.metrics, series: () => Promise.reject(new OpsError(code, 'GetMetricData')) };

      expect((await collected({ metrics })).report).toEqual({
        headline: 'No metrics: recovery continues without them',
        lines: [`The metrics could not be read: ${new OpsError(code, 'GetMetricData').message}`],
      });
    },
  );

  it('still shows the numbers if the picture cannot be drawn or stored', async () => {
    put(
      'DiskUtilization',
      `${failedJob}/algo-1`,
      everyMinute(ended, () => 12),
    );
    const files = { keep: () => Promise.reject(new OpsError('file-unusable', 'full')) };

    const { report } = await collected({ files });

    expect(report.headline).toMatch(/^Disk: 12 %/);
    expect(report.lines?.[0]).toMatch(/^The plot could not be created: .*full$/);
  });

  it('does not hide its own defects', async () => {
    const metrics = { ...ports.metrics, series: () => Promise.reject(new TypeError('defect')) };

    await expect(collected({ metrics })).rejects.toThrow('defect');
  });

  it('warns if AWS adds up GPUs and Relight does not know how many there are', async () => {
    ports.training.put(aJob({ instanceType: 'ml.p9.48xlarge' }));
    put(
      'GPUUtilization',
      `${failedJob}/algo-1`,
      everyMinute(ended, () => 700),
    );

    expect((await collected()).report.lines?.[0]).toMatch(/how many GPUs ml\.p9\.48xlarge has/);
  });

  it('extends to the present while the job is training, and the picture does not claim that it stopped', async () => {
    ports.training.put(trainingSince(290));
    put('DiskUtilization', `${failedJob}/algo-1`, leaking(ports.time.now));

    await collected();

    expect(ports.metrics.pictures.at(-1)?.moments).toEqual([{ label: 'now', at: ports.time.now }]);
  });
});
