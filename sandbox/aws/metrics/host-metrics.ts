import type { Job } from '../job.ts';
import { askedBatch } from '../memory.ts';
import { type Metric, one, type Sample } from './metric.ts';
import { noise } from './noise.ts';

const second = 1_000;
/** How often the agent on an instance looks; what CloudWatch shows is made of it, a minute at a time. */
const everyMs = 5 * second;
/** How long before its end a job that dies of too much begins to fill up. */
const climbMs = 15 * 60 * second;

const gpusOf: Readonly<Record<string, number>> = {
  'ml.g5.12xlarge': 4,
  'ml.p4d.24xlarge': 8,
  'ml.p5.48xlarge': 8,
};

/** A stretch in which instances ran: they are there from the download to the upload. Times are ms. */
interface Stretch {
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
  /** The cause of death before which this gauge climbs to its top. */
  readonly deadly?: RegExp;
  readonly perGpu?: true;
}

const gauges: readonly Gauge[] = [
  {
    name: 'GPUMemoryUtilization',
    idle: 1,
    busy: (job) => Math.min(26 + 6.5 * askedBatch(job), 97),
    swing: 1.5,
    deadly: /CUDA out of memory/,
    perGpu: true,
  },
  { name: 'GPUUtilization', idle: 0, busy: () => 91, swing: 6, perGpu: true },
  {
    name: 'MemoryUtilization',
    idle: 9,
    busy: () => 42,
    swing: 1,
    deadly: /SIGKILL|Please use an instance type with more memory/,
  },
  { name: 'CPUUtilization', idle: 35, busy: () => 310, swing: 40 },
  { name: 'DiskUtilization', idle: 22, busy: () => 37, swing: 0.4, deadly: /No space left on device/ },
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
  return stretchesOf(job).flatMap((stretch) =>
    momentsOf(stretch, from, to).map((at) => one(at, times * valueAt(job, gauge, host, stretch, at))),
  );
}

function stretchesOf({ transitions }: Job): readonly Stretch[] {
  const trained = transitions.findLastIndex(({ Status }) => Status === 'Training');
  return transitions.flatMap(({ Status, StartTime, EndTime }, index) => {
    if (!['Downloading', 'Training', 'Uploading'].includes(Status)) return [];
    const to = EndTime === undefined ? Date.now() : EndTime * second;
    return [{ from: StartTime * second, to, trains: Status === 'Training', last: index === trained }];
  });
}

/** At whole steps of the clock, and once more at the very end. */
function momentsOf(stretch: Stretch, from: number, to: number): readonly number[] {
  const start = Math.ceil(Math.max(stretch.from, from) / everyMs) * everyMs;
  const end = Math.min(stretch.to, to);
  const moments = Array.from(
    { length: Math.max(0, Math.ceil((end - start) / everyMs)) },
    (_, nth) => start + nth * everyMs,
  );
  // A millisecond before, so that it belongs to the minute in which the job still ran.
  const last = stretch.to - 1;
  return last >= from && last < to ? [...moments, last] : moments;
}

function valueAt(job: Job, gauge: Gauge, host: string, stretch: Stretch, at: number): number {
  const swing = gauge.swing * noise(`${host}${gauge.name}`, Math.floor(at / everyMs));
  if (!stretch.trains) return Math.max(0, gauge.idle + swing / 4);
  const usual = gauge.busy(job) + swing;
  if (!stretch.last || gauge.deadly?.test(job.failureReason ?? '') !== true) return Math.max(0, usual);
  const climb = Math.min(climbMs, (stretch.to - stretch.from) * 0.6);
  const share = Math.max(0, 1 - (stretch.to - 1 - at) / climb);
  return usual + (100 - usual) * share ** 2;
}
