import type { DataBytes, StoredObject } from '../../ports/datasets.ts';
import { unwatched, wholeFile } from '../../ports/reading.ts';
import type { RuleId } from '../data-rules.ts';
import type { Problem } from '../judge/problem.ts';
import { collect, firstBytes, oneChunk } from './chunks.ts';
import type { Packing } from './format.ts';
import { type InspectedText, inspectText } from './inspect-text.ts';
import { packingOf, unpacked } from './unpack.ts';

/** How much of an object is read to detect its format. */
const headBytes = 64 * 1024;

/** The same if the first record does not end within it, because it may be an object that holds all others. */
const longHeadBytes = 512 * 1024;

/** The footer's length and PAR1: https://parquet.apache.org/docs/file-format/ */
const parquetTail = 8;

export type InspectedObject = Omit<InspectedText, 'open'>;

/** Detects the format of an object by its name and its first and last bytes. */
export async function inspectObject(object: StoredObject, datasets: DataBytes): Promise<InspectedObject> {
  if (object.size === 0) return onlyProblem('empty-object');
  const { reading = unwatched } = datasets;
  const place = { uri: object.uri, etag: object.etag, at: wholeFile };
  const refused = reading.refused(place);
  if (refused !== undefined) return onlyProblem('unreadable', refused);
  reading.at(place);
  const inspected = await inspectBytes(object, datasets, headBytes);
  return inspected.open === true ? inspectBytes(object, datasets, longHeadBytes) : inspected;
}

function onlyProblem(rule: RuleId, detail?: string): InspectedText {
  return { head: new Uint8Array(), problems: [detail === undefined ? { rule } : { rule, detail }] };
}

async function inspectBytes(
  object: StoredObject,
  datasets: DataBytes,
  length: number,
): Promise<InspectedText> {
  const stored = await collect(datasets.open(object, { start: 0, length }));
  const start = stored.toString('latin1', 0, 64);
  if (start.startsWith('version https://git-lfs.github.com/')) return onlyProblem('lfs-pointer');
  const named = nameOf(object.key);
  const packing = packingOf(stored);
  if (named.packing !== undefined && packing === undefined)
    return onlyProblem(`truncated-${named.packing}`, `it does not start like ${named.packing}`);
  if (packing !== undefined) return inspectPacked(stored, packing, named, object, length);
  if (named.bare.endsWith('.parquet') || /^PAR[1E]/.test(start))
    return inspectParquet(object, datasets, stored);
  return inspectText(stored, named.bare, stored.length === object.size);
}

/** It may be damaged, or use a dictionary or a window that this decoder does not know. */
const unknownZstd = 'zstd that Relight cannot decompress: `zstd -t` tells whether it is damaged';

async function inspectPacked(
  stored: Buffer,
  packing: Packing,
  named: ObjectName,
  { size }: StoredObject,
  length: number,
): Promise<InspectedText> {
  const bytes = await firstBytes(
    unpacked(packing, oneChunk(stored), () => undefined, Infinity),
    length,
  );
  if (packing === 'zstd' && bytes.length === 0) return onlyProblem('unknown-format', unknownZstd);
  const whole = stored.length === size && bytes.length < length;
  const { format, problems, ...inner } = await inspectText(bytes, named.bare, whole);
  const misnamed: Problem = { rule: 'misnamed', detail: `it is ${packing}, which its name does not say` };
  return {
    ...inner,
    problems: [
      ...(named.packing === packing ? [] : [misnamed]),
      ...(packing === 'zstd' ? [{ rule: packing } as const] : []),
      ...problems,
    ],
    ...(format && { format: { ...format, packing } }),
  };
}

async function inspectParquet(
  object: StoredObject,
  datasets: DataBytes,
  head: Buffer,
): Promise<InspectedText> {
  const start = Math.max(0, object.size - parquetTail);
  const tail = await collect(datasets.open(object, { start, length: parquetTail }));
  const ends = [head.toString('latin1', 0, 4), tail.toString('latin1', Math.max(0, tail.length - 4))];
  if (ends.every((end) => end === 'PARE'))
    return onlyProblem(
      'unknown-format',
      'parquet with an encrypted footer: only who has its keys can read it',
    );
  if (object.size < 12 || ends.some((end) => end !== 'PAR1')) return onlyProblem('parquet-magic');
  const footer = tail.readUInt32LE(0);
  if (footer === 0 || footer > object.size - 12)
    return onlyProblem('parquet-footer', `${footer} bytes of ${object.size}`);
  const misnamed: Problem = { rule: 'misnamed', detail: 'it is parquet, which its name does not say' };
  return { head, format: { form: 'parquet' }, problems: /parquet|pq$/i.test(object.key) ? [] : [misnamed] };
}

interface ObjectName {
  /** Judging by the ending. */
  readonly packing?: Packing;
  /** In lower case, without the ending of the packing. */
  readonly bare: string;
}

function nameOf(key: string): ObjectName {
  const name = key.slice(key.lastIndexOf('/') + 1).toLowerCase();
  const packing = /\.gz(?:ip)?$/.test(name) ? 'gzip' : /\.zstd?$/.test(name) ? 'zstd' : undefined;
  return packing === undefined ? { bare: name } : { packing, bare: name.replace(/\.\w+$/, '') };
}
