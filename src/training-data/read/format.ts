/** How the text of an object is compressed. */
export type Packing = 'gzip' | 'zstd';

/** Encodings other than UTF-8, as `TextDecoder` calls them. */
export type Encoding = 'utf-16le' | 'utf-16be';

/**
 * How records are arranged in a text. `lines`: one per line. `cr-lines`: the same, with CR alone at the ends.
 * `values`: one JSON object after another, wherever lines end. `array`: one JSON array.
 */
export type Arrangement = 'lines' | 'cr-lines' | 'values' | 'array';

/** How an object is read. Plain data, because it is sent to other processes. */
export interface Format {
  readonly form: Arrangement | 'parquet';
  readonly packing?: Packing;
  readonly encoding?: Encoding;
}

/** Only plain lines can be read from the middle of an object. */
export function isSplittable({ form, packing, encoding }: Format): boolean {
  return form === 'lines' && packing === undefined && encoding === undefined;
}
