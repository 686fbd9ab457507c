import { byLocation, type RecordLocation } from './tally.ts';

/** Five unsigned 32-bit numbers that together identify one fingerprint. `hi` and `lo` are a hash. */
export interface FingerprintKey {
  readonly hi: number;
  readonly lo: number;
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

/** A table as it is sent from a worker thread to the merger. */
export interface FingerprintData {
  readonly halvings: number;
  readonly size: number;
  /** hi, lo, a, b, c, count, first piece, first line, second piece, second line of each fingerprint. */
  readonly numbers: Uint32Array;
  /** First and second offset of each fingerprint. */
  readonly offsets: Float64Array;
}

/** Columns of `numbers`. */
export const rowWidth = 10;

/** The piece number of an absent location. */
export const none = 0xffffffff;

/**
 * Fingerprints of records in bounded memory: at most `limit` different ones, each 56 bytes plus 8 for the index. If
 * there are more, only hashes in the lower half of the range are kept, then in the lower quarter, and so on. The
 * selection therefore depends only on the records, not on their order or pieces.
 *
 * If far more than `limit` are `expected` in all tables to be merged, each table discards from the start what the
 * merged one could not keep: all tables of a data set together stay within four times the limit.
 */
export class FingerprintTable {
  readonly #limit: number;
  #numbers = new Uint32Array(1024 * rowWidth);
  #offsets = new Float64Array(1024 * 2);
  #slots = new Int32Array(4096).fill(-1);
  #size = 0;
  #halvings = 0;
  /** Reused for every record, so that none needs its own arrays. */
  readonly #one = { numbers: new Uint32Array(rowWidth), offsets: new Float64Array(2) };

  constructor(limit: number, expected = 0) {
    this.#limit = limit;
    this.#halvings = Math.max(0, Math.floor(Math.log2(Math.max(1, expected / limit))) - 1);
  }

  /** One in this many records was considered. */
  get sampledOneIn(): number {
    return 2 ** this.#halvings;
  }

  add(key: FingerprintKey, { piece, line, offset }: RecordLocation): void {
    const { numbers, offsets } = this.#one;
    numbers[0] = key.hi;
    numbers[1] = key.lo;
    numbers[2] = key.a;
    numbers[3] = key.b;
    numbers[4] = key.c;
    numbers[5] = 1;
    numbers[6] = piece;
    numbers[7] = line;
    numbers[8] = none;
    offsets[0] = offset;
    this.#put(numbers, offsets, 0);
  }

  merge({ halvings, size, numbers, offsets }: FingerprintData): void {
    if (halvings > this.#halvings) this.#thin(halvings);
    for (let n = 0; n < size; n += 1) this.#put(numbers, offsets, n);
  }

  data(): FingerprintData {
    return {
      halvings: this.#halvings,
      size: this.#size,
      numbers: this.#numbers.slice(0, this.#size * rowWidth),
      offsets: this.#offsets.slice(0, this.#size * 2),
    };
  }

  /** The same without a copy. Read it before anything is added. */
  view(): FingerprintData {
    return {
      halvings: this.#halvings,
      size: this.#size,
      numbers: this.#numbers.subarray(0, this.#size * rowWidth),
      offsets: this.#offsets.subarray(0, this.#size * 2),
    };
  }

  /** Inserts row `from` of these arrays, number by number: one `subarray` costs more than ten of them. */
  #put(numbers: Uint32Array, offsets: Float64Array, from: number): void {
    if (!this.#keeps(numbers[from * rowWidth] ?? 0)) return;
    const standing = this.#slots[this.#slotOf(numbers, from)] ?? -1;
    if (standing >= 0) {
      this.#join(standing, numbers, offsets, from);
      return;
    }
    this.#makeRoom();
    const n = this.#size;
    for (let part = 0; part < rowWidth; part += 1)
      this.#numbers[n * rowWidth + part] = numbers[from * rowWidth + part] ?? 0;
    for (let part = 0; part < 2; part += 1) this.#offsets[n * 2 + part] = offsets[from * 2 + part] ?? 0;
    this.#slots[this.#slotOf(numbers, from)] = n;
    this.#size += 1;
    while (this.#size > this.#limit) this.#thin(this.#halvings + 1);
  }

  #keeps(hi: number): boolean {
    return this.#halvings === 0 || hi >>> (32 - this.#halvings) === 0;
  }

  /** The slot of the fingerprint with the key of row `from`, or the free slot for it. */
  #slotOf(numbers: Uint32Array, from: number): number {
    const mask = this.#slots.length - 1;
    const at = from * rowWidth;
    // Includes a, b and c, because many records may have the same prompt.
    const rest = (numbers[at + 2] ?? 0) ^ ((numbers[at + 3] ?? 0) << 16);
    const mixed = (numbers[at + 1] ?? 0) ^ Math.imul(rest, 0x9e3779b1) ^ (numbers[at + 4] ?? 0);
    let slot = (mixed ^ (mixed >>> 15)) & mask;
    for (let n = this.#slots[slot] ?? -1; n >= 0 && !this.#is(n, numbers, at); n = this.#slots[slot] ?? -1)
      slot = (slot + 1) & mask;
    return slot;
  }

  #is(n: number, numbers: Uint32Array, other: number): boolean {
    const at = n * rowWidth;
    for (let part = 0; part < 5; part += 1)
      if (this.#numbers[at + part] !== numbers[other + part]) return false;
    return true;
  }

  /** Merges two records with the same fingerprint: adds the counts and keeps the two lowest locations. */
  #join(n: number, numbers: Uint32Array, offsets: Float64Array, from: number): void {
    const [at, other] = [n * rowWidth, from * rowWidth];
    this.#numbers[at + 5] = (this.#numbers[at + 5] ?? 0) + (numbers[other + 5] ?? 0);
    const locations = [
      locationIn(this.#numbers, at + 6, this.#offsets[n * 2]),
      locationIn(this.#numbers, at + 8, this.#offsets[n * 2 + 1]),
      locationIn(numbers, other + 6, offsets[from * 2]),
      locationIn(numbers, other + 8, offsets[from * 2 + 1]),
    ].toSorted(byLocation);
    for (const [index, { piece, line, offset }] of locations.slice(0, 2).entries()) {
      this.#numbers[at + 6 + index * 2] = piece;
      this.#numbers[at + 7 + index * 2] = line;
      this.#offsets[n * 2 + index] = offset;
    }
  }

  #makeRoom(): void {
    if ((this.#size + 1) * rowWidth > this.#numbers.length) {
      this.#numbers = grown(this.#numbers, new Uint32Array(this.#numbers.length * 2));
      this.#offsets = grown(this.#offsets, new Float64Array(this.#offsets.length * 2));
    }
    if (this.#size * 2 < this.#slots.length) return;
    this.#slots = new Int32Array(this.#slots.length * 2).fill(-1);
    this.#index();
  }

  #index(): void {
    for (let n = 0; n < this.#size; n += 1) this.#slots[this.#slotOf(this.#numbers, n)] = n;
  }

  #thin(halvings: number): void {
    this.#halvings = halvings;
    let kept = 0;
    for (let n = 0; n < this.#size; n += 1) {
      if (!this.#keeps(this.#numbers[n * rowWidth] ?? 0)) continue;
      this.#numbers.copyWithin(kept * rowWidth, n * rowWidth, (n + 1) * rowWidth);
      this.#offsets.copyWithin(kept * 2, n * 2, n * 2 + 2);
      kept += 1;
    }
    this.#size = kept;
    this.#slots.fill(-1);
    this.#index();
  }
}

export function locationIn(numbers: ArrayLike<number>, at: number, offset = 0): RecordLocation {
  return { piece: numbers[at] ?? 0, line: numbers[at + 1] ?? 0, offset };
}

function grown<T extends Uint32Array | Float64Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
