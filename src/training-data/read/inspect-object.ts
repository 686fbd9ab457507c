import type { DataBytes, StoredObject } from '../../ports/datasets.ts';
import type { Problem } from '../judge/problem.ts';
import type { Form } from '../scan/piece.ts';
import { collect } from './chunks.ts';
import { isJson } from './json-text.ts';

/** How much of an object is read to detect its format. */
const headBytes = 64 * 1024;

/** The footer's length and PAR1: https://parquet.apache.org/docs/file-format/ */
const parquetTail = 8;

export interface InspectedObject {
  /** Absent if there is nothing to read. */
  readonly form?: Form;
  readonly problem?: Problem;
  /** The beginning of the object. */
  readonly head: Uint8Array;
}

/** Detects the format of an object by its name and its first and last bytes. */
export async function inspectObject(object: StoredObject, datasets: DataBytes): Promise<InspectedObject> {
  if (object.size === 0) return { head: new Uint8Array(), problem: { rule: 'empty-object' } };
  const head = await collect(datasets.open(object, { start: 0, length: headBytes }));
  const named = formByName(object.key);
  const start = head.toString('latin1', 0, 64);
  if (start.startsWith('version https://git-lfs.github.com/'))
    return { head, problem: { rule: 'lfs-pointer' } };
  if (named === 'parquet' || start.startsWith('PAR1')) return inspectParquet(object, datasets, head);
  if (head[0] === 0x1f && head[1] === 0x8b) return { head, form: 'gzip' };
  if (named === 'gzip')
    return { head, problem: { rule: 'truncated-gzip', detail: 'it does not start like gzip' } };
  if (named === 'other') return { head, problem: { rule: 'unknown-format' } };
  return isArray(head) ? { head, form: 'array', problem: { rule: 'json-array' } } : { head, form: 'lines' };
}

async function inspectParquet(
  object: StoredObject,
  datasets: DataBytes,
  head: Buffer,
): Promise<InspectedObject> {
  const start = Math.max(0, object.size - parquetTail);
  const tail = await collect(datasets.open(object, { start, length: parquetTail }));
  const ends = [head.toString('latin1', 0, 4), tail.toString('latin1', Math.max(0, tail.length - 4))];
  if (object.size < 12 || ends.some((end) => end !== 'PAR1'))
    return { head, problem: { rule: 'parquet-magic' } };
  const footer = tail.readUInt32LE(0);
  if (footer === 0 || footer > object.size - 12)
    return { head, problem: { rule: 'parquet-footer', detail: `${footer} bytes of ${object.size}` } };
  return { head, form: 'parquet' };
}

function formByName(key: string): Form | 'other' | undefined {
  const name = key.toLowerCase();
  if (name.endsWith('.parquet')) return 'parquet';
  if (name.endsWith('.gz')) return 'gzip';
  return /\.(?:zst|zip|xz|bz2|arrow|feather|csv|tsv|txt|tar|npy|bin|pkl|pt)$/.test(name)
    ? 'other'
    : undefined;
}

/** A file that begins with `[` is one array, unless its first line is a complete list and more lines follow. */
function isArray(head: Buffer): boolean {
  const text = head
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .trimStart();
  if (!text.startsWith('[')) return false;
  const [line = '', rest = ''] = text.split(/\n(.*)/s, 2);
  return !isJson(line) || rest.trim() === '';
}
