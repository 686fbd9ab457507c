import type { Job } from '../job.ts';
import { askedBatch } from '../memory.ts';
import { type Metric, noise, one, type Sample } from './metric.ts';

const second = 1_000;
/** The sampling interval of the agent on an instance. CloudWatch aggregates the samples by minute. */
const everyMs = 5 * second;
/** How long before a resource is exhausted its usage starts to climb. */
const climbMs = 15 * 60 * second;

const gpusOf: Readonly<Record<string, number>> = {
  'ml.g5.12xlarge': 4,
  'ml.p4d.24xlarge': 8,
  'ml.p5.48xlarge': 8,
};

/** A stage in which instances ran, from the download to the upload. Times are in ms. */
interface Stage {
  readonly from: number;
  readonly to: number;
  readonly trains: boolean;
  readonly last: boolean;
}

interface Gauge {
  readonly name: string;
  readonly idle: number;
  readonly busy: (job: Job) => number;
  readonly swing: number;
  /** The FailureReason before which this gauge climbs to its maximum. */
  readonly exhausted?: RegExp;
  readonly perGpu?: true;
}

const gauges: readonly Gauge[] = [
  {
    name: 'GPUMemoryUtilization',
    idle: 1,
    busy: (job) => Math.min(26 + 6.5 * askedBatch(job), 97),
    swing: 1.5,
    exhausted: /CUDA out of memory/,
    perGpu: true,
  },
  { name: 'GPUUtilization', idle: 0, busy: () => 91, swing: 6, perGpu: true },
  {
    name: 'MemoryUtilization',
    idle: 9,
    busy: () => 42,
    swing: 1,
    exhausted: /SIGKILL|Please use an instance type with more memory/,
  },
  { name: 'CPUUtilization', idle: 35, busy: () => 310, swing: 40 },
  { name: 'DiskUtilization', idle: 22, busy: () => 37, swing: 0.4, exhausted: /No space left on device/ },
];

/** https://docs.aws.amazon.com/sagemaker/latest/dg/monitoring-cloudwatch.html: percent, summed over the GPUs of a host. */
export function hostMetrics(job: Job): readonly Metric[] {
  const { InstanceCount: count = 1, InstanceType: type = '' } = job.request.ResourceConfig;
  return Array.from({ length: count }, (_, index) => `${job.name}/algo-${index + 1}`).flatMap((Host) =>
    gauges.map((gauge) => ({
      namespace: '/aws/sagemaker/TrainingJobs',
      name: gauge.name,
      dimensions: { Host },
      unit: 'Percent',
      samples: (from, to) => samplesOf(job, gauge, Host, gauge.perGpu ? (gpusOf[type] ?? 1) : 1, from, to),
    })),
  );
}

function samplesOf(
  job: Job,
  gauge: Gauge,
  host: string,
  times: number,
  from: number,
  to: number,
): readonly Sample[] {
  return stagesOf(job).flatMap((stage) =>
    sampleTimes(stage, from, to).map((at) => one(at, times * valueAt(job, gauge, host, stage, at))),
  );
}

function stagesOf({ transitions }: Job): readonly Stage[] {
  const trained = transitions.findLastIndex(({ Status }) => Status === 'Training');
  return transitions.flatMap(({ Status, StartTime, EndTime }, index) => {
    if (!['Downloading', 'Training', 'Uploading'].includes(Status)) return [];
    const to = EndTime === undefined ? Date.now() : EndTime * second;
    return [{ from: StartTime * second, to, trains: Status === 'Training', last: index === trained }];
  });
}

/** Regular sample times, plus one at the very end. */
function sampleTimes(stage: Stage, from: number, to: number): readonly number[] {
  const start = Math.ceil(Math.max(stage.from, from) / everyMs) * everyMs;
  const end = Math.min(stage.to, to);
  const times = Array.from(
    { length: Math.max(0, Math.ceil((end - start) / everyMs)) },
    (_, nth) => start + nth * everyMs,
  );
  // One millisecond earlier, so that it belongs to the last minute in which the job ran.
  const last = stage.to - 1;
  return last >= from && last < to ? [...times, last] : times;
}

function valueAt(job: Job, gauge: Gauge, host: string, stage: Stage, at: number): number {
  const swing = gauge.swing * noise(`${host}${gauge.name}`, Math.floor(at / everyMs));
  if (!stage.trains) return Math.max(0, gauge.idle + swing / 4);
  const usual = gauge.busy(job) + swing;
  if (!stage.last || gauge.exhausted?.test(job.failureReason ?? '') !== true) return Math.max(0, usual);
  const climb = Math.min(climbMs, (stage.to - stage.from) * 0.6);
  const share = Math.max(0, 1 - (stage.to - 1 - at) / climb);
  return usual + (100 - usual) * share ** 2;
}
