import {
  ComparedFigure,
  ComparisonResult,
  compareFigures,
  figure,
  overallOf,
} from '../../models/compare-figures.ts';
import { versionName } from '../../models/version.ts';
import type { TrainingJob } from '../../ports/ports.ts';
import { defineAction, OpsError, type ReadPorts, type Report, z } from '../define.ts';

const Compared = z.object({
  job: z.string(),
  /** The bad version, and the job that trained it. */
  served: z.string(),
  servedJob: z.string(),
  /** The version that a pipeline registered for the retrained model. */
  registered: z.string().optional(),
  figures: z.array(ComparedFigure),
  verdict: ComparisonResult,
  why: z.string(),
});
type Compared = z.infer<typeof Compared>;

const maxVersions = 50;

export const compareRetrainedModel = defineAction({
  name: 'compare-retrained-model',
  effect: 'read',
  title: 'Compare the retrained model',
  does: 'Compares the metrics of the retrained model with those of the bad version, starting with the metric in alarm.',
  input: z.object({
    job: z.string(),
    group: z.string(),
    served: z.string(),
    servedJob: z.string(),
    evaluation: z.record(z.string(), z.number()),
    alarmed: z.array(z.string()),
  }),
  output: Compared,
  report,
  run: async ({ job, group, served, servedJob, evaluation, alarmed }, ports) => {
    const [after, before] = await Promise.all([metricsOf(job, ports), metricsOf(servedJob, ports)]);
    const version = (await ports.models.versions(group, maxVersions)).find((one) => one.job === job);
    const measured = [
      ...figuresOf(
        evaluation,
        version?.evaluation ?? {},
        version === undefined ? [] : Object.keys(evaluation),
      ),
      ...figuresOf(before, after, Object.keys({ ...before, ...after })),
    ];
    const decisive = measured.filter(({ label }) => alarmed.some((metric) => plain(metric) === plain(label)));
    const figures = [
      ...alarmed.flatMap((metric) => alarmedFigure(metric, measured)),
      ...decisive.map((one) => ({ ...one, label: `${one.label} (in alarm)` })),
      ...measured.filter((one) => !decisive.includes(one)),
    ];
    const { verdict, why } = overallOf(decisive.length > 0 ? decisive : measured);
    const registered = version && versionName(version);
    return { job, served, servedJob, ...(registered !== undefined && { registered }), figures, verdict, why };
  },
});

/** A job that is gone or reported no metrics cannot be compared. */
async function metricsOf(
  job: string,
  { training }: ReadPorts,
): Promise<NonNullable<TrainingJob['finalMetrics']>> {
  try {
    return (await training.describe(job)).finalMetrics ?? {};
  } catch (thrown) {
    if (thrown instanceof OpsError && thrown.code === 'job-not-found') return {};
    throw thrown;
  }
}

function figuresOf(
  before: Readonly<Record<string, number>>,
  after: Readonly<Record<string, number>>,
  names: readonly string[],
): ComparedFigure[] {
  return names.map((name) => compareFigures(name, { before: before[name], after: after[name] }));
}

/** The alarm metric is measured on the endpoint, so only a training metric of the same name can represent it. */
function alarmedFigure(metric: string, measured: readonly ComparedFigure[]): ComparedFigure[] {
  if (measured.some(({ label }) => plain(label) === plain(metric))) return [];
  const why = 'it is measured at the endpoint, which has not served the retrained model';
  return [{ label: `${metric} (in alarm)`, verdict: 'not comparable', why }];
}

/** Maps `train:reward` and `eval_reward` both to `reward`. */
function plain(name: string): string {
  return name
    .toLowerCase()
    .replace(/^(train|training|eval|validation|test)[:_\-/ ]/, '')
    .replace(/[^a-z0-9]/g, '');
}

function report({ job, served, servedJob, registered, figures, verdict, why }: Compared): Report {
  const comparison =
    verdict === 'not comparable'
      ? `cannot be compared: ${why}`
      : `${comparisonWords[verdict]} ${served} (${why})`;
  return {
    headline: `The retrained model ${comparison}`,
    facts: figures.map((one) => ({ label: one.label, value: inWords(one) })),
    lines: [
      `Values: ${servedJob} → ${job}.`,
      registered === undefined
        ? 'It is not in a model package group yet, so it cannot be promoted or served.'
        : `It is registered as ${registered}, and no endpoint serves it yet.`,
    ],
  };
}

const comparisonWords = { better: 'is better than', worse: 'is worse than', same: 'is the same as' } as const;

function inWords({ before, after, verdict, why }: ComparedFigure): string {
  const values = before === undefined && after === undefined ? [] : [`${figure(before)} → ${figure(after)}`];
  return [...values, why === undefined ? verdict : `${verdict}: ${why}`].join(', ');
}
