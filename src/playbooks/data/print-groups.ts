import type { Place } from './place.ts';
import { none, type PrintData, type PrintKey, placeIn, wide } from './prints.ts';

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
  for (const run of runsIn(data)) {
    const [n = 0] = run;
    if (run.length > 1 || countAt(data, n) > 1) yield* split(run.map((one) => printAt(data, one)));
  }
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

/** Rows with the same upper half of the hash. Hash and row in one number: such an array is sorted natively. */
function* runsIn({ size, numbers }: PrintData): Generator<readonly number[]> {
  const order = Float64Array.from({ length: size }, (_, n) => (numbers[n * wide] ?? 0) * rows + n).sort();
  let run: number[] = [];
  let before = -1;
  for (const one of order) {
    const hi = Math.floor(one / rows);
    if (hi !== before && run.length > 0) {
      yield run;
      run = [];
    }
    before = hi;
    run.push(one % rows);
  }
  if (run.length > 0) yield run;
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
