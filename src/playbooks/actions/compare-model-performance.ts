import { quote } from '../../in-words.ts';
import { type AlarmedEndpoint, alarmedMetrics } from '../../models/alarmed-metrics.ts';
import {
  ComparedFigure,
  compareFigures,
  figure,
  type Overall,
  overallOf,
} from '../../models/compare-figures.ts';
import {
  endpointPicture,
  endpointSeries,
  levelsOf,
  type WatchedEndpoint,
} from '../../models/endpoint-metrics.ts';
import { Version, versionName } from '../../models/version.ts';
import { KeptFile } from '../../ports/files.ts';
import { defineAction, type ReadPorts, type Report, saidBy, z } from '../define.ts';

const Compared = z.object({
  served: z.string(),
  fallback: z.string(),
  /** The metrics in alarm: values since the alarm compared with before. */
  alarmed: z.array(ComparedFigure.extend({ limit: z.string() })),
  /** Evaluations of both versions: the fallback compared with the served version. */
  evaluation: z.array(ComparedFigure),
  live: z.array(z.object({ label: z.string(), before: z.string(), since: z.string() })),
  trouble: z.array(z.string()),
  files: z.array(KeptFile),
});
type Compared = z.infer<typeof Compared>;

export const compareModelPerformance = defineAction({
  name: 'compare-model-performance',
  effect: 'read',
  title: 'Compare performance',
  does: 'Shows how the metric in alarm changed since the alarm, and compares the evaluations of both versions.',
  input: z.object({
    endpoint: z.string(),
    variant: z.string(),
    failedAt: z.number(),
    served: Version,
    fallback: Version,
    alarms: z.array(z.string()),
  }),
  output: Compared,
  report,
  run: async ({ served, fallback, ...target }, ports) => {
    const names = [...new Set([...Object.keys(served.evaluation), ...Object.keys(fallback.evaluation)])];
    return {
      served: versionName(served),
      fallback: versionName(fallback),
      evaluation: names
        .toSorted((one, other) => one.localeCompare(other))
        .map((label) =>
          compareFigures(label, { before: served.evaluation[label], after: fallback.evaluation[label] }),
        ),
      ...(await liveOf(target, ports)),
    };
  },
});

type Live = Pick<Compared, 'alarmed' | 'live' | 'trouble' | 'files'>;

/** Reports a CloudWatch error instead of failing: the fallback does not depend on it. */
async function liveOf(target: WatchedEndpoint & AlarmedEndpoint, ports: ReadPorts): Promise<Live> {
  try {
    const now = ports.clock.now();
    const alarmed = await alarmedMetrics(target, ports);
    const live = [...levelsOf(await endpointSeries(target, now, ports.metrics), target.failedAt)];
    const picture = await endpointPicture(target, now, ports.metrics);
    const kept = await ports.files.keep(`performance-of-${target.endpoint}.png`, 'image/png', picture);
    const title = `Performance of ${target.endpoint}`;
    const alt = `Latency, errors and invocations of ${target.endpoint}, with the time of the alarm marked`;
    return { alarmed, live, trouble: [], files: [{ ...kept, title, alt }] };
  } catch (thrown) {
    const trouble = [`CloudWatch could not be read: ${quote(saidBy(thrown))}`];
    return { alarmed: [], live: [], trouble, files: [] };
  }
}

function report(compared: Compared): Report {
  const { served, fallback, alarmed, evaluation, live, trouble } = compared;
  return {
    headline: headlineOf(compared),
    facts: [
      ...alarmed.map((one) => ({
        label: `${one.label} (in alarm)`,
        value: `${changeInWords(one)}; alarms ${one.limit}: ${verdictInWords(one)}`,
      })),
      ...live.map(({ label, before, since }) => ({ label, value: `${before} → ${since}` })),
      ...evaluation.map((one) => ({
        label: `Evaluation: ${one.label}`,
        value: `${figure(one.before)} (${served}), ${figure(one.after)} (${fallback}): ${verdictInWords(one)}`,
      })),
    ],
    lines: [
      `Evaluation of ${fallback} compared with ${served}: ${overallInWords(overallOf(evaluation))}.`,
      ...(alarmed.length + live.length === 0
        ? []
        : ['Endpoint metrics are shown before the alarm and since then.']),
      ...trouble,
    ],
  };
}

/** The metric in alarm is stronger evidence than evaluations from before the release. */
function headlineOf({ served, fallback, alarmed, evaluation }: Compared): string {
  const { verdict } = overallOf(alarmed);
  const [first] = alarmed.filter((one) => one.verdict === verdict);
  if (first !== undefined && verdict !== 'not comparable')
    return `${served} is ${verdict === 'same' ? 'the same as' : `${verdict} than`} before the alarm: ${first.label} ${changeInWords(first)}`;
  return `${fallback} compared with ${served}: ${overallInWords(overallOf(evaluation))}`;
}

function changeInWords({ before, after }: ComparedFigure): string {
  return `${figure(before)} → ${figure(after)}`;
}

function verdictInWords({ verdict, why }: ComparedFigure): string {
  return why === undefined ? verdict : `${verdict}, ${why}`;
}

function overallInWords({ verdict, why }: Overall): string {
  return verdict === 'not comparable' ? `not comparable, ${why}` : `${verdict} (${why})`;
}
