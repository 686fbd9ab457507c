/** 64 bits in two halves. Not cryptographic: a collision among a million records has a chance of 1 in 30 million. */
export interface Hash64 {
  hi: number;
  lo: number;
}

/** Two FNV-1a lanes with different multipliers, mixed at the end as in MurmurHash3. */
export class TextHash implements Hash64 {
  hi = 0x811c9dc5 | 0;
  lo = 0x2545f491;

  /**
   * Adds a prompt normalized for comparison: lower case, with runs of whitespace and most punctuation as one space.
   * Characters with a mathematical meaning are kept: signs, brackets, and points and commas inside numbers.
   */
  addNormalized(text: string): void {
    const bytes = bytesOf(text);
    // Local variables and inlined mixing, because this loop sees every character of the data.
    let { hi, lo } = this;
    let blank = true;
    for (let index = 0; index < bytes.length; index += 1) {
      const code = folded[bytes[index] ?? 0] ?? 0;
      if (code === 0 || ((code === point || code === comma) && !isDigit(bytes[index + 1]))) {
        blank = true;
        continue;
      }
      if (blank) {
        hi = Math.imul(hi ^ 32, hiPrime);
        lo = Math.imul(lo ^ 32, loPrime) ^ (lo >>> 15);
        blank = false;
      }
      hi = Math.imul(hi ^ code, hiPrime);
      lo = Math.imul(lo ^ code, loPrime) ^ (lo >>> 15);
    }
    this.hi = hi;
    this.lo = lo;
  }

  /** Adds the exact text. */
  add(text: string): void {
    let { hi, lo } = this;
    for (let index = 0; index < text.length; index += 1) {
      const code = text.charCodeAt(index);
      hi = Math.imul(hi ^ code, hiPrime);
      lo = Math.imul(lo ^ code, loPrime) ^ (lo >>> 15);
    }
    this.hi = hi;
    this.lo = lo;
  }

  finish(): Hash64 {
    return { hi: avalanche(this.hi ^ Math.imul(this.lo, 0x9e3779b1)), lo: avalanche(this.lo) };
  }
}

const hiPrime = 0x01000193;
const loPrime = 0x5bd1e995;

export function textHash32(text: string): number {
  const hash = new TextHash();
  hash.add(text);
  return hash.finish().lo;
}

function avalanche(hash: number): number {
  let h = hash;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** These count only inside a number. */
const comma = 44;
const point = 46;

/** A byte in lower case; 0 if it only separates words. */
const folded = Uint8Array.from({ length: 256 }, (_, code) => {
  if (code <= 32 || '"\'`?!;:'.includes(String.fromCharCode(code))) return 0;
  return code >= 65 && code <= 90 ? code + 32 : code;
});

function isDigit(code = 0): boolean {
  return code >= 48 && code <= 57;
}

const scratch = Buffer.alloc(64 * 1024);

/** Reading bytes is several times as fast as charCodeAt, and most texts fit into the scratch buffer. */
function bytesOf(text: string): Uint8Array {
  if (text.length * 3 > scratch.length) return Buffer.from(text);
  return scratch.subarray(0, scratch.write(text));
}
