import { inflateSync } from 'node:zlib';

/** A decoded 8-bit RGBA PNG without interlacing, the format that the sandbox draws. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** The number of pixels in a column with this color, `#rrggbb`. */
  readonly inColumn: (x: number, color: string) => number;
  readonly inRow: (y: number, color: string) => number;
  readonly has: (color: string) => boolean;
}

/** Format: chunks, one deflate stream, one filter per line (https://www.w3.org/TR/png-3/). */
export function decodePng(bytes: Uint8Array): Picture {
  const png = Buffer.from(bytes);
  if (png.subarray(0, 8).toString('hex') !== '89504e470d0a1a0a') throw new Error('not a PNG');
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
  const data: Buffer[] = [];
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    if (png.subarray(at + 4, at + 8).toString() === 'IDAT') data.push(png.subarray(at + 8, at + 8 + length));
    at += length + 12;
  }
  const pixels = unfiltered(inflateSync(Buffer.concat(data)), width, height);
  const colorAt = (x: number, y: number): string =>
    `#${pixels.subarray((y * width + x) * 4, (y * width + x) * 4 + 3).toString('hex')}`;
  const count = (length: number, color: string, at: (nth: number) => string): number =>
    Array.from({ length }, (_, nth) => at(nth)).filter((one) => one === color).length;
  return {
    width,
    height,
    inColumn: (x, color) => count(height, color, (y) => colorAt(x, y)),
    inRow: (y, color) => count(width, color, (x) => colorAt(x, y)),
    has: (color) =>
      Array.from({ length: height }, (_, y) => y).some((y) => count(width, color, (x) => colorAt(x, y)) > 0),
  };
}

function unfiltered(raw: Buffer, width: number, height: number): Buffer {
  const line = width * 4;
  const out = Buffer.alloc(line * height);
  // Bytes outside the picture count as 0.
  const byte = (x: number, y: number): number => (x < 0 || y < 0 ? 0 : (out[y * line + x] ?? 0));
  for (let y = 0; y < height; y += 1) {
    const [filter = 0, ...filtered] = raw.subarray(y * (line + 1), (y + 1) * (line + 1));
    for (const [x, value] of filtered.entries()) {
      const [left, up, corner] = [byte(x - 4, y), byte(x, y - 1), byte(x - 4, y - 1)];
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter] ?? 0;
      out[y * line + x] = (value + guess) & 0xff;
    }
  }
  return out;
}

function paeth(left: number, up: number, corner: number): number {
  const guess = left + up - corner;
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
  if (a <= b && a <= c) return left;
  return b <= c ? up : corner;
}
