import { counted } from '../in-words.ts';
import {
  nothing,
  type ReadinessCheck,
  type ReadinessReport,
  readinessOf,
  readinessParts,
} from './readiness.ts';

/** `3 to fix, 1 not measured`; `all ready` without either. */
export function readinessSummary(report: ReadinessReport): string {
  if (readinessOf(report) === 'ready') return 'all ready';
  return counts(report.checks);
}

/** One check with its findings, each with how to fix it. */
interface ReadinessGroup {
  readonly headline: string;
  readonly lines: readonly string[];
}

/** Plain text. `most` limits the findings of a check; a line says how many more there are. */
export function readinessGroups(
  { checks }: ReadinessReport,
  most = Number.POSITIVE_INFINITY,
): readonly ReadinessGroup[] {
  return checks.map((check) => ({ headline: headline(check), lines: below(check, most) }));
}

/** One line per check and, below it, its findings: see `readinessGroups`. */
export function readinessLines(report: ReadinessReport, most?: number): readonly string[] {
  return readinessGroups(report, most).flatMap(({ headline: first, lines }) => [first, ...lines]);
}

/** One line per check with its first finding, without how to fix it: for a page that only shows that there is something. */
export function readinessInShort({ checks }: ReadinessReport): readonly string[] {
  return checks.flatMap((check) => {
    const all = [...check.findings, ...check.unmeasured];
    const [first] = all;
    const more = all.length > 1 ? ` (and ${all.length - 1} more)` : '';
    return [headline(check), ...(first === undefined ? [] : [`- ${first.what}${more}`])];
  });
}

function headline({ part, looked, ...check }: ReadinessCheck): string {
  const what = looked === nothing ? '' : ` (${looked})`;
  return `${readinessParts[part]}: ${counts([check]) || 'ready'}${what}`;
}

function below({ findings, unmeasured }: ReadinessCheck, most: number): readonly string[] {
  const lines = [
    ...findings.map(({ what, fix }) => `- ${what}. Fix: ${fix}`),
    ...unmeasured.map(({ what, fix }) => `- Not measured: ${what}. ${fix}`),
  ];
  const left = lines.length - most;
  return left > 0 ? [...lines.slice(0, most), `- … and ${left} more`] : lines;
}

function counts(checks: readonly Pick<ReadinessCheck, 'findings' | 'unmeasured'>[]): string {
  const found = checks.flatMap(({ findings }) => findings).length;
  const unknown = checks.flatMap(({ unmeasured }) => unmeasured).length;
  return [
    ...(found > 0 ? [`${found} to fix`] : []),
    ...(unknown > 0 ? [`${counted(unknown, 'item')} not measured`] : []),
  ].join(', ');
}
