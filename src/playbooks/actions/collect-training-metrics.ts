import { gpuCount } from '../../checkpoints/gpu-counts.ts';
import { highestOfEach, Measured, measure, trendInWords } from '../../diagnosis/metrics/measure.ts';
import { pictureOf, type Window } from '../../diagnosis/metrics/picture-of.ts';
import { type Wanted, wantedOf } from '../../diagnosis/metrics/training-metrics.ts';
import { time } from '../../in-words.ts';
import { largest } from '../../ports/collections.ts';
import { KeptFile } from '../../ports/files.ts';
import type { TrainingJob } from '../../ports/ports.ts';
import { trainedUntil, trains } from '../../training-job/job-state.ts';
import { defineAction, type ReadPorts, type Report, saidBy, z } from '../define.ts';

const minute = 60_000;
/** Long enough to show a leak, and short enough for the last minutes to be visible in the picture. */
const windowMs = 6 * 60 * minute;
/** Memory use in percent from which a host is named in the headline. */
const high = 90;

const Collected = z.object({
  /** For each metric, the host with the highest final value. */
  measured: z.array(Measured),
  trouble: z.array(z.string()),
  files: z.array(KeptFile),
});
type Collected = z.infer<typeof Collected>;

export const collectTrainingMetrics = defineAction({
  name: 'collect-training-metrics',
  effect: 'read',
  title: 'Collect metrics',
  does: 'Plots memory, GPU, disk and script metrics up to the failure, or up to now if the job is still training.',
  input: z.object({
    job: z.string(),
    failedAt: z.number(),
    /** When it stopped training, according to the diagnosis; a spot job may fail hours later. */
    trainedUntil: z.number().optional(),
  }),
  output: Collected,
  report,
  run: async ({ job: name, failedAt, trainedUntil: diagnosed }, ports) => {
    const job = await ports.training.describe(name);
    const until = trains(job) ? ports.clock.now() : (diagnosed ?? trainedUntil(job) ?? failedAt);
    const window = windowOf(job, failedAt, until);
    const gpus = job.instanceType === undefined ? undefined : gpuCount(job.instanceType);
    const wanted = wantedOf(job, gpus ?? 1);
    const { measured, trouble } = await measureAll(wanted, window, ports);
    if (gpus === undefined && job.instanceType !== undefined) trouble.push(unknownGpus(job.instanceType));
    const collected = { measured: [...highestOfEach(measured)], trouble, files: [] };
    return measured.length === 0 ? collected : draw(name, collected, wanted, window, ports);
  },
});

function unknownGpus(type: string): string {
  return `Relight does not know how many GPUs ${type} has: AWS adds them up, so GPU values may exceed 100 %.`;
}

/** CloudWatch receives data points minutes late, so the window extends past the end of training. */
function windowOf(job: TrainingJob, failedAt: number, until: number): Window {
  const from = Math.max(until - windowMs, job.createdAt) - minute;
  const known = { until, failedAt, goesOn: trains(job) };
  return { from: Math.min(from, until - minute), to: until + 5 * minute, ...known };
}

/** Metrics are optional: recovery does not wait for them. */
async function measureAll(
  wanted: readonly Wanted[],
  { from, to, until }: Window,
  { metrics }: ReadPorts,
): Promise<{ measured: readonly Measured[]; trouble: string[] }> {
  try {
    const queries = wanted.map(({ query }) => query);
    const series = await metrics.series(queries, from, to);
    const measured = wanted.flatMap((one, index) => measure(one, series[index] ?? [], until) ?? []);
    return { measured, trouble: [] };
  } catch (thrown) {
    return { measured: [], trouble: [`The metrics could not be read: ${saidBy(thrown)}`] };
  }
}

async function draw(
  job: string,
  collected: Collected,
  wanted: readonly Wanted[],
  window: Window,
  { metrics, files }: ReadPorts,
): Promise<Collected> {
  const host = collected.measured.find((one) => one.host !== undefined)?.host ?? 'algo-1';
  try {
    const png = await metrics.picture(pictureOf(job, host, wanted, window));
    const kept = await files.keep(`${job}-metrics.png`, 'image/png', png);
    return { ...collected, files: [{ ...kept, title: `Metrics of ${job}, ${host}`, alt: altOf(collected) }] };
  } catch (thrown) {
    const trouble = [...collected.trouble, `The plot could not be created: ${saidBy(thrown)}`];
    return { ...collected, trouble };
  }
}

function altOf({ measured }: Collected): string {
  return `Line plot over time. ${measured.map((one) => `${one.label}: ${trendInWords(one)}`).join('; ')}.`;
}

function report({ measured, trouble }: Collected): Report {
  const [first] = measured;
  if (first === undefined)
    return {
      headline:
        trouble.length > 0
          ? 'No metrics: recovery continues without them'
          : 'CloudWatch has no metrics for this job',
      lines: trouble,
    };
  const full = measured.filter(
    ({ unit, last, label }) => unit === '%' && last >= high && !label.startsWith('GPU u'),
  );
  const worst = full.toSorted((one, other) => other.last - one.last)[0] ?? first;
  return {
    headline: `${worst.label}: ${trendInWords(worst)}`,
    facts: [
      ...measured.map((one) => ({
        label: one.host === undefined ? one.label : `${one.label} (${one.host})`,
        value: trendInWords(one),
      })),
      { label: 'Last data point', value: time(largest(measured.map(({ lastAt }) => lastAt))) },
    ],
    lines: [...trouble, 'CloudWatch has one value per minute, so shorter peaks are not visible.'],
  };
}
