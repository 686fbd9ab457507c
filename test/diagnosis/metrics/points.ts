import type { MetricPoint } from '../../../src/ports/metrics.ts';
import { minute } from '../../support/a-training-run.ts';

/** One value per minute for two hours up to `until`; the index is the number of minutes before it. */
export function everyMinute(until: number, value: (minutesBefore: number) => number): readonly MetricPoint[] {
  return Array.from({ length: 120 }, (_, index) => ({
    at: until - (120 - index) * minute,
    value: value(120 - index),
  }));
}

/** Eight GPUs: 61 % an hour before the end and 98 % at the end; then the process exited. */
export function leaking(until: number): readonly MetricPoint[] {
  return [
    ...everyMinute(until, (before) => 8 * (before < 61 ? 98 - (before - 1) * (37 / 60) : 61)),
    { at: until, value: 8 },
    { at: until + minute, value: 0 },
  ];
}
