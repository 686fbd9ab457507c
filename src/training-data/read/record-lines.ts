import { counted } from '../../in-words.ts';
import type { RuleId } from '../data-rules.ts';
import { asUtf8 } from './encoding.ts';
import type { Format } from './format.ts';
import { jsonValues } from './json-values.ts';
import { carriageReturn, linesOf, type RawLine } from './lines.ts';
import { maxUnpackedBytes, unpacked } from './unpack.ts';

/** Called if an object ends before its last record does, or cannot be decompressed to its end. */
export type Damaged = (
  rule: Extract<RuleId, 'truncated-gzip' | 'truncated-zstd' | 'array-cut'>,
  why: string,
) => void;

/** Yields the records of an object that is not parquet as lines, however it is compressed, encoded and arranged. */
export function recordLines(
  { form, packing, encoding }: Format,
  stored: AsyncIterable<Uint8Array>,
  { size }: { readonly size: number },
  damaged: Damaged,
): AsyncIterable<readonly RawLine[]> {
  const bytes =
    packing === undefined
      ? stored
      : unpacked(packing, stored, (why) => damaged(`truncated-${packing}`, why), maxUnpackedBytes({ size }));
  const text = encoding === undefined ? bytes : asUtf8(bytes, encoding);
  if (form === 'array' || form === 'values')
    return jsonValues(text, form, (complete) =>
      damaged('array-cut', `the array breaks off after ${counted(complete, 'complete record')}`),
    );
  return linesOf(text, { line: 1, offset: 0 }, form === 'cr-lines' ? carriageReturn : undefined);
}
