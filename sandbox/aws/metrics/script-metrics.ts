import { z } from 'zod';
import type { Job } from '../job.ts';
import type { Logbook } from '../logbook.ts';
import { type Metric, one } from './metric.ts';

const Definitions = z.object({
  MetricDefinitions: z.array(z.object({ Name: z.string(), Regex: z.string() })).default([]),
});

/** SageMaker extracts these from the script's output: https://docs.aws.amazon.com/sagemaker/latest/dg/define-train-metrics.html */
export function scriptMetrics(job: Job, logbook: Logbook): readonly Metric[] {
  const { MetricDefinitions: definitions } = Definitions.parse(job.request.AlgorithmSpecification);
  return definitions.map(({ Name: name, Regex: regex }) => ({
    namespace: '/aws/sagemaker/TrainingJobs',
    name,
    dimensions: { TrainingJobName: job.name },
    unit: 'None',
    samples: (from, to) =>
      logbook
        .linesOf(job)
        .filter(({ timestamp }) => timestamp >= from && timestamp < to)
        .flatMap(({ timestamp, message }) => {
          const value = Number(new RegExp(regex).exec(message)?.[1]);
          return Number.isFinite(value) ? [one(timestamp, value)] : [];
        }),
  }));
}

/** A custom metric that the team publishes once a minute: 1 while the job is broken. */
export function interruptedMetric(job: Job): Metric {
  const minute = 60_000;
  return {
    namespace: 'SRL/Training',
    name: 'TrainingJobInterrupted',
    dimensions: { Host: `${job.name}/algo-1` },
    unit: 'None',
    samples: (from, to) => {
      const start = Math.ceil(Math.max(from, job.createdAt * 1000) / minute);
      const end = Math.min(to, Date.now()) / minute;
      const broken = job.status === 'Failed' || job.secondary === 'MaxWaitTimeExceeded';
      const since = broken && job.endedAt !== undefined ? job.endedAt * 1000 : Number.POSITIVE_INFINITY;
      return Array.from(
        { length: Math.max(0, Math.ceil(end - start)) },
        (_, nth) => (start + nth) * minute,
      ).map((at) => one(at, at >= since ? 1 : 0));
    },
  };
}
