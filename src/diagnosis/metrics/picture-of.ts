import type { MetricPicture } from '../../ports/metrics.ts';
import type { Wanted } from './training-metrics.ts';

/** From here on the next allocation may fail, and a full disk is near. */
const full = { label: '90 %', value: 90 };

export interface Window {
  readonly from: number;
  readonly to: number;
  /** When training stopped, or this moment while it goes on. */
  readonly until: number;
  readonly goesOn: boolean;
  readonly failedAt: number;
}

/** What to draw: one host, as ten of them make lines that nobody can tell apart, and what the script writes itself. */
export function pictureOf(
  job: string,
  host: string,
  wanted: readonly Wanted[],
  { from, to, until, failedAt, goesOn }: Window,
): MetricPicture {
  const drawn = wanted.filter((one) => one.host === undefined || one.host === host);
  return {
    title: `${job} (${host})`,
    from,
    to,
    unit: '%',
    threshold: full,
    moments: [
      { label: goesOn ? 'now' : 'training stopped', at: until },
      // Two lines a minute apart would be one thick line with two labels on it.
      ...(failedAt - until > 2 * 60_000 && failedAt < to ? [{ label: 'failed', at: failedAt }] : []),
    ],
    lines: drawn.map(({ query, label, divideBy, unit }) => ({
      ...query,
      label,
      ...(divideBy !== 1 && { divideBy }),
      ...(unit === '' && { right: true as const }),
    })),
  };
}
