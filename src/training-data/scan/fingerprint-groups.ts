import { none, type PrintData, type PrintKey, placeIn, wide } from './fingerprints.ts';
import type { Place } from './tally.ts';

export interface Print extends PrintKey {
  readonly count: number;
  /** The lowest place of a record with this print, and the second lowest. */
  readonly first: Place;
  readonly second: Place | undefined;
}

/** More than there are prints; times a hash of 32 bits it is still an exact number. */
const rows = 2 ** 21;

/** Prints with the same hash, one group after the other, each in the order of their first places. */
export function* groupsIn(data: PrintData): Generator<readonly Print[]> {
  for (const run of runsIn(data)) yield* split(run.map((n) => printAt(data, n)));
}

/** The same without those that stand alone: most records are like no other. */
export function* crowdsIn(data: PrintData): Generator<readonly Print[]> {
  const alone = (n: number): boolean => countAt(data, n) === 1;
  for (const run of runsIn(data, alone)) yield* split(run.map((n) => printAt(data, n)));
}

/** Every print, in no order, without an object for each. */
export function visitPrints(
  { size, numbers }: PrintData,
  visit: (b: number, c: number, count: number, n: number) => void,
): void {
  for (let n = 0; n < size; n += 1) {
    const at = n * wide;
    visit(numbers[at + 3] ?? 0, numbers[at + 4] ?? 0, numbers[at + 5] ?? 0, n);
  }
}

export function firstPlaceAt({ numbers, offsets }: PrintData, n: number): Place {
  return placeIn(numbers, n * wide + 6, offsets[n * 2]);
}

/**
 * Rows with the same upper half of the hash; a row of its own is left out where `skips` says so. Hash and row in one
 * number: such an array is sorted natively.
 */
function* runsIn(
  { size, numbers }: PrintData,
  skips: (n: number) => boolean = () => false,
): Generator<readonly number[]> {
  const order = new Float64Array(size);
  for (let n = 0; n < size; n += 1) order[n] = (numbers[n * wide] ?? 0) * rows + n;
  order.sort();
  const hiAt = (at: number): number => Math.floor((order[at] ?? -1) / rows);
  for (let begin = 0, end = 0; begin < size; begin = end) {
    const hi = hiAt(begin);
    for (end = begin + 1; end < size && hiAt(end) === hi; end += 1);
    if (end - begin > 1 || !skips((order[begin] ?? 0) % rows))
      yield Array.from(order.subarray(begin, end), (one) => one % rows);
  }
}

function split(prints: readonly Print[]): readonly (readonly Print[])[] {
  const groups: Print[][] = [];
  for (const print of prints.toSorted(byHash)) {
    const group = groups.at(-1);
    if (group !== undefined && group[0]?.lo === print.lo) group.push(print);
    else groups.push([print]);
  }
  return groups;
}

function byHash(one: Print, other: Print): number {
  return one.lo - other.lo || one.first.piece - other.first.piece || one.first.line - other.first.line;
}

function countAt({ numbers }: PrintData, n: number): number {
  return numbers[n * wide + 5] ?? 0;
}

function printAt(data: PrintData, n: number): Print {
  const { numbers, offsets } = data;
  const [hi = 0, lo = 0, a = 0, b = 0, c = 0, count = 0] = numbers.subarray(n * wide, n * wide + 6);
  const second = placeIn(numbers, n * wide + 8, offsets[n * 2 + 1]);
  const first = firstPlaceAt(data, n);
  return { hi, lo, a, b, c, count, first, second: second.piece === none ? undefined : second };
}
