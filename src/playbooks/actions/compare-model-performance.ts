import { z } from 'zod';
import { defineAction } from '../define.ts';
import { quote } from '../in-words.ts';
import { endpointPicture, endpointSeries, type Level, levelsOf } from '../models/endpoint-metrics.ts';
import { Version, versionName } from '../models/version.ts';
import type { Report } from '../outcome.ts';
import { KeptFile } from '../ports/files.ts';
import type { Ports } from '../ports.ts';
import { saidBy } from '../trouble.ts';

const Row = z.object({ label: z.string(), served: z.number().optional(), fallback: z.number().optional() });

const Compared = z.object({
  served: z.string(),
  fallback: z.string(),
  /** What the evaluations of both versions say. */
  evaluation: z.array(Row),
  /** Of the endpoint: before the alarm and since. */
  live: z.array(z.object({ label: z.string(), before: z.string(), since: z.string() })),
  trouble: z.array(z.string()),
  files: z.array(KeptFile),
});
type Compared = z.infer<typeof Compared>;

export const compareModelPerformance = defineAction({
  name: 'compare-model-performance',
  effect: 'read',
  title: 'Compare performance',
  does: 'Puts the evaluations of both versions side by side, and what the endpoint did before the alarm and since.',
  input: z.object({
    endpoint: z.string(),
    variant: z.string(),
    failedAt: z.number(),
    served: Version,
    fallback: Version,
  }),
  output: Compared,
  report,
  run: async ({ endpoint, variant, failedAt, served, fallback }, ports) => {
    const names = [...new Set([...Object.keys(served.evaluation), ...Object.keys(fallback.evaluation)])];
    const live = await liveOf({ endpoint, variant, failedAt }, ports);
    return {
      served: versionName(served),
      fallback: versionName(fallback),
      evaluation: names
        .toSorted((one, other) => one.localeCompare(other))
        .map((label) => ({
          label,
          ...has('served', served.evaluation[label]),
          ...has('fallback', fallback.evaluation[label]),
        })),
      ...live,
    };
  },
});

function has<K extends string>(key: K, value: number | undefined): { readonly [P in K]?: number } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]: number });
}

interface Endpoint {
  readonly endpoint: string;
  readonly variant: string;
  readonly failedAt: number;
}

/** CloudWatch that cannot be asked is a fact for people: the fallback does not depend on it. */
async function liveOf(of: Endpoint, ports: Ports): Promise<Pick<Compared, 'live' | 'trouble' | 'files'>> {
  try {
    const now = ports.clock.now();
    const levels: readonly Level[] = levelsOf(await endpointSeries(of, now, ports.metrics), of.failedAt);
    const picture = await endpointPicture(of, now, ports.metrics);
    const kept = await ports.files.keep(`performance-of-${of.endpoint}.png`, 'image/png', picture);
    const title = `Performance of ${of.endpoint}`;
    const alt = `Latency, errors and invocations of ${of.endpoint}, with the time of the alarm marked`;
    return { live: [...levels], trouble: [], files: [{ ...kept, title, alt }] };
  } catch (thrown) {
    return { live: [], trouble: [`CloudWatch could not be read: ${quote(saidBy(thrown))}`], files: [] };
  }
}

function report({ served, fallback, evaluation, live, trouble }: Compared): Report {
  const worse = live.map(({ label, before, since }) => ({ label, value: `${before} → ${since}` }));
  return {
    headline: `${served} against ${fallback}`,
    facts: [
      ...evaluation.map((row) => ({
        label: row.label,
        value: `${row.served ?? 'not known'} (${served}), ${row.fallback ?? 'not known'} (${fallback})`,
      })),
      ...worse,
    ],
    lines: [
      ...(live.length === 0 ? [] : ['The figures of the endpoint are from before the alarm and since.']),
      ...trouble,
    ],
  };
}
