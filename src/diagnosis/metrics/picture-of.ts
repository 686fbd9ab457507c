import type { MetricPicture } from '../../ports/metrics.ts';
import type { Wanted } from './training-metrics.ts';

/** From this percentage on, the next allocation may fail or the disk is almost full. */
const full = { label: '90 %', value: 90 };

export interface Window {
  readonly from: number;
  readonly to: number;
  /** When training stopped, or now if the job is still running. */
  readonly until: number;
  readonly goesOn: boolean;
  readonly failedAt: number;
}

/** The metrics to draw: one host, since ten lines cannot be told apart, and those that the script reports. */
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
      // Two vertical lines a minute apart would look like one line with two labels.
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
