import { type FingerprintData, type FingerprintKey, locationIn, none, rowWidth } from './fingerprints.ts';
import type { RecordLocation } from './tally.ts';

export interface Fingerprint extends FingerprintKey {
  readonly count: number;
  /** The two lowest locations of records with this fingerprint. */
  readonly first: RecordLocation;
  readonly second: RecordLocation | undefined;
}

/** Larger than the number of fingerprints; multiplied by a 32-bit hash it is still an exact number. */
const rows = 2 ** 21;

/** Fingerprints with the same hash, group by group, each group in order of first location. */
export function* groupsIn(data: FingerprintData): Generator<readonly Fingerprint[]> {
  for (const run of runsIn(data)) yield* split(run.map((n) => fingerprintAt(data, n)));
}

/** The same without fingerprints that occur only once, because most records are unique. */
export function* repeatedGroupsIn(data: FingerprintData): Generator<readonly Fingerprint[]> {
  const alone = (n: number): boolean => countAt(data, n) === 1;
  for (const run of runsIn(data, alone)) yield* split(run.map((n) => fingerprintAt(data, n)));
}

/** Visits every fingerprint in no particular order, without creating an object for each. */
export function visitFingerprints(
  { size, numbers }: FingerprintData,
  visit: (b: number, c: number, count: number, n: number) => void,
): void {
  for (let n = 0; n < size; n += 1) {
    const at = n * rowWidth;
    visit(numbers[at + 3] ?? 0, numbers[at + 4] ?? 0, numbers[at + 5] ?? 0, n);
  }
}

export function firstLocationAt({ numbers, offsets }: FingerprintData, n: number): RecordLocation {
  return locationIn(numbers, n * rowWidth + 6, offsets[n * 2]);
}

/** Rows with the same upper half of the hash, in one number with the row, because such an array is sorted natively. */
function* runsIn(
  { size, numbers }: FingerprintData,
  skips: (n: number) => boolean = () => false,
): Generator<readonly number[]> {
  const order = new Float64Array(size);
  for (let n = 0; n < size; n += 1) order[n] = (numbers[n * rowWidth] ?? 0) * rows + n;
  order.sort();
  const hiAt = (at: number): number => Math.floor((order[at] ?? -1) / rows);
  for (let begin = 0, end = 0; begin < size; begin = end) {
    const hi = hiAt(begin);
    for (end = begin + 1; end < size && hiAt(end) === hi; end += 1);
    if (end - begin > 1 || !skips((order[begin] ?? 0) % rows))
      yield Array.from(order.subarray(begin, end), (one) => one % rows);
  }
}

function split(fingerprints: readonly Fingerprint[]): readonly (readonly Fingerprint[])[] {
  const groups: Fingerprint[][] = [];
  for (const fingerprint of fingerprints.toSorted(byHash)) {
    const group = groups.at(-1);
    if (group !== undefined && group[0]?.lo === fingerprint.lo) group.push(fingerprint);
    else groups.push([fingerprint]);
  }
  return groups;
}

function byHash(one: Fingerprint, other: Fingerprint): number {
  return one.lo - other.lo || one.first.piece - other.first.piece || one.first.line - other.first.line;
}

function countAt({ numbers }: FingerprintData, n: number): number {
  return numbers[n * rowWidth + 5] ?? 0;
}

function fingerprintAt(data: FingerprintData, n: number): Fingerprint {
  const { numbers, offsets } = data;
  const [hi = 0, lo = 0, a = 0, b = 0, c = 0, count = 0] = numbers.subarray(n * rowWidth, n * rowWidth + 6);
  const second = locationIn(numbers, n * rowWidth + 8, offsets[n * 2 + 1]);
  const first = firstLocationAt(data, n);
  return { hi, lo, a, b, c, count, first, second: second.piece === none ? undefined : second };
}
