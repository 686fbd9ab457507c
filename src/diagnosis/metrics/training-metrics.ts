import type { MetricQuery } from '../../ports/metrics.ts';
import type { TrainingJob } from '../../ports/ports.ts';

/** CloudWatch metrics of a training job: https://docs.aws.amazon.com/sagemaker/latest/dg/monitoring-cloudwatch.html */
const namespace = '/aws/sagemaker/TrainingJobs';

/** Instances report once a minute; anything shorter is invisible. */
export const periodMs = 60_000;

/** One metric of one host, or of the whole job. */
export interface Wanted {
  readonly query: MetricQuery;
  readonly label: string;
  /** `algo-1`; missing if the script itself reports the metric, for the whole job. */
  readonly host?: string;
  /** AWS adds up the GPUs of a host: up to 800 % with 8 GPUs. */
  readonly divideBy: number;
  readonly unit: '%' | '';
}

/** In the order in which an out-of-memory error is investigated. `perGpu` metrics are the sum over the GPUs of a host. */
const ofInstances = [
  { metric: 'GPUMemoryUtilization', label: 'GPU memory', perGpu: true },
  { metric: 'MemoryUtilization', label: 'Host memory', perGpu: false },
  { metric: 'GPUUtilization', label: 'GPU utilization', perGpu: true },
  { metric: 'DiskUtilization', label: 'Disk', perGpu: false },
] as const;

/** Maximum hosts in one chart and one call; the hosts of one job have a similar load. */
const maxHosts = 50;
const maxOwnMetrics = 10;

export function wantedOf(job: TrainingJob, gpus: number): readonly Wanted[] {
  const hosts = Array.from(
    { length: Math.min(job.instanceCount ?? 1, maxHosts) },
    (_, index) => `algo-${index + 1}`,
  );
  const own = (job.metricNames ?? []).slice(0, maxOwnMetrics);
  return [
    ...hosts.flatMap((host) => ofInstances.map((one) => ofHost(job.name, host, one, gpus))),
    ...own.map((metric) => ofScript(job.name, metric)),
  ];
}

function ofHost(job: string, host: string, one: (typeof ofInstances)[number], gpus: number): Wanted {
  return {
    query: query(one.metric, { Host: `${job}/${host}` }),
    label: one.label,
    host,
    divideBy: one.perGpu ? gpus : 1,
    unit: '%',
  };
}

/** AlgorithmSpecification.MetricDefinitions: https://docs.aws.amazon.com/sagemaker/latest/dg/define-train-metrics.html */
function ofScript(job: string, metric: string): Wanted {
  return { query: query(metric, { TrainingJobName: job }), label: metric, divideBy: 1, unit: '' };
}

function query(metric: string, dimensions: Readonly<Record<string, string>>): MetricQuery {
  return { namespace, metric, dimensions, statistic: 'Average', periodSeconds: periodMs / 1_000 };
}
