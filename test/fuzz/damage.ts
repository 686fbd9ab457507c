/** Returns numbers in [0, 1), the same ones for the same seed. */
export type Dice = () => number;

type Damage = (bytes: Uint8Array, dice: Dice) => Uint8Array;

const below = (dice: Dice, limit: number): number => Math.floor(dice() * limit);
const maxGrown = 4 * 1024 * 1024;
/** Values that overflow a size, an offset or a count. */
const extremes = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff];

const cut: Damage = (bytes, dice) => bytes.subarray(0, below(dice, bytes.length));

const cutOut: Damage = (bytes, dice) => {
  const [from, to] = rangeIn(bytes, dice);
  return Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]);
};

const flip: Damage = (bytes, dice) => {
  const flipped = Buffer.from(bytes);
  for (let left = 1 + below(dice, 8); left > 0 && flipped.length > 0; left -= 1) {
    const at = below(dice, flipped.length);
    flipped[at] = (flipped[at] ?? 0) ^ (1 << below(dice, 8));
  }
  return flipped;
};

const fill: Damage = (bytes, dice) => {
  const [from, to] = rangeIn(bytes, dice);
  return Buffer.from(bytes).fill(dice() < 0.5 ? 0 : 0xff, from, to);
};

const extreme: Damage = (bytes, dice) => {
  if (bytes.length < 8) return bytes;
  const changed = Buffer.from(bytes);
  const value = extremes[below(dice, extremes.length)] ?? 0;
  // Footers and headers hold most sizes.
  const near = below(dice, Math.min(64, bytes.length - 4));
  const at = [below(dice, bytes.length - 4), near, bytes.length - 4 - near][below(dice, 3)] ?? 0;
  changed.writeUInt32LE(value, at);
  return changed;
};

const repeat: Damage = (bytes, dice) => {
  const [from, to] = rangeIn(bytes, dice);
  const part = bytes.subarray(from, to);
  const times = Math.min(
    2 ** below(dice, dice() < 0.8 ? 6 : 17),
    Math.floor(maxGrown / Math.max(1, part.length)),
  );
  return Buffer.concat([
    bytes.subarray(0, to),
    ...Array.from({ length: times }, () => part),
    bytes.subarray(to),
  ]);
};

const insert: Damage = (bytes, dice) => {
  const at = below(dice, bytes.length);
  const noise = Buffer.from(Array.from({ length: 1 + below(dice, 64) }, () => below(dice, 256)));
  return Buffer.concat([bytes.subarray(0, at), noise, bytes.subarray(at)]);
};

/** Nesting, and lines without an end. */
const deepen: Damage = (bytes, dice) => {
  const at = below(dice, bytes.length);
  const opening =
    ['[', '{"a":', '"', '\\', ' ', '(', 'Traceback (most recent call last):\n'][below(dice, 7)] ?? '';
  const noise = Buffer.from(
    opening.repeat(1 + below(dice, dice() < 0.8 ? 1_000 : 100_000)).slice(0, maxGrown),
  );
  return Buffer.concat([bytes.subarray(0, at), noise, bytes.subarray(at)]);
};

const damages: readonly Damage[] = [cut, cutOut, flip, flip, fill, extreme, extreme, repeat, insert, deepen];

/** The bytes after one to three random cuts, flips and growths. */
export function damaged(bytes: Uint8Array, dice: Dice): Uint8Array {
  let result = bytes;
  for (let left = 1 + below(dice, 3); left > 0; left -= 1) {
    const damage = damages[below(dice, damages.length)] ?? flip;
    result = damage(result, dice);
  }
  return result.subarray(0, 2 * maxGrown);
}

/** Mostly short, so that the rest of the file is still read. */
function rangeIn(bytes: Uint8Array, dice: Dice): [from: number, to: number] {
  const from = below(dice, bytes.length);
  const length = 1 + below(dice, dice() < 0.8 ? 64 : bytes.length);
  return [from, Math.min(bytes.length, from + length)];
}
