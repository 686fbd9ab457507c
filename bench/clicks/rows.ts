import { atMost, below, digits, type Figure, median } from '../figures.ts';
import type { Measured } from './measure.ts';

/** The rows of the listeners of a kind: the slowest one, and what all of them cost. `measured` has at least one. */
export function kindRows(kind: string, measured: readonly Measured[], goalMs: number): readonly Figure[] {
  const [slowest, ...others] = measured.toSorted((one, other) => other.relight.p99 - one.relight.p99);
  if (slowest === undefined) return [];
  const { name, count, relight, bare } = slowest;
  const of = others.length === 0 ? name : `the slowest of ${measured.length}, ${name}`;
  const each = (of: (one: Measured) => number): string => digits(median(measured.map(of)));
  return [
    below(`${kind}: p99 of ${count} at 50 per second, ${of}`, relight.p99, goalMs, 'ms', 'machine'),
    {
      what: `${kind}: bare Bolt at the same time, and the ratio`,
      value: `${digits(bare.p99)} ms, ${digits(relight.p99 / bare.p99)}`,
    },
    {
      what: `${kind}: medians, and their ratio`,
      value: `${each((one) => one.relight.p50)} ms, ${each((one) => one.bare.p50)} ms, ${each((one) => one.relight.p50 / one.bare.p50)}`,
    },
    {
      what: `${kind}: CPU time per request, and of bare Bolt`,
      value: `${each(({ cpu }) => cpu.relight)} ms, ${each(({ cpu }) => cpu.bare)} ms`,
    },
  ];
}

export function notAcknowledged(over: string, measured: readonly Measured[]): Figure {
  const missed = measured.reduce((sum, { refused }) => sum + refused, 0);
  return atMost(`${over}: requests to ${measured.length} listeners that were not acknowledged`, missed, 0);
}
