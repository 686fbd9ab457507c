import { count, sizeInWords } from '../../in-words.ts';
import { broken, commonDamage, type FormatCheck, whole } from './check.ts';
import { isOldPickle, type PickleValue, pickleValues } from './pickle-values.ts';
import { type RangedFile, readLimit } from './ranged-file.ts';
import { findLastDirectory, readEntries } from './zip-directory.ts';

export interface DcpMetadata extends FormatCheck {
  /** The length of each shard; absent if the file could not be read. */
  readonly shards?: ReadonlyMap<string, number>;
}

/**
 * `.metadata` of a distributed checkpoint: a pickle with a `_StorageInfo(relative_path, offset, length)` for every
 * tensor. https://github.com/pytorch/pytorch/blob/main/torch/distributed/checkpoint/filesystem.py
 */
export async function readDcpMetadata(file: RangedFile): Promise<DcpMetadata> {
  const bytes = await file.whole();
  if (bytes === undefined) {
    const sizes = `${sizeInWords(file.size)}, past the read limit of ${sizeInWords(readLimit)}`;
    return { problems: [], unchecked: `is ${sizes}: not checked` };
  }
  const damage = commonDamage(file.size, bytes);
  if (damage !== undefined) return broken(damage);
  if (isOldPickle(bytes))
    return { problems: [], unchecked: 'uses a pickle protocol from before Python 3.8: not checked' };
  const values = pickleValues(bytes);
  if (values === undefined) return broken('was truncated or damaged: it is not a complete pickle');
  const shards = shardsIn(values);
  return shards.size === 0 ? broken('names no shards') : { ...whole, shards };
}

/** The end of the last tensor in each shard. */
function shardsIn(values: readonly PickleValue[]): ReadonlyMap<string, number> {
  const ends = new Map<string, number>();
  let path: PickleValue = '';
  let offset: PickleValue = 0;
  for (const [index, key] of values.entries()) {
    const next = values[index + 1];
    if (next === undefined) break;
    if (key === 'relative_path') path = next;
    if (key === 'offset') offset = next;
    if (key === 'length' && typeof path === 'string')
      ends.set(path, Math.max(ends.get(path) ?? 0, Number(offset) + Number(next)));
  }
  return ends;
}

const tailRead = 64 * 1024;
/** https://datatracker.ietf.org/doc/html/rfc8878#section-3.1.1 */
const zstd = '28b52ffd';

/**
 * A `.distcp` file holds its tensors one after another, each as torch.save writes it, so the file ends like a zip
 * archive. Truncation exactly between two tensors is not detected here.
 * https://github.com/pytorch/pytorch/blob/main/torch/distributed/checkpoint/filesystem.py (_write_item)
 */
export async function checkDcpShard(file: RangedFile): Promise<FormatCheck> {
  const tail = (await file.last(tailRead)) ?? new Uint8Array();
  const damage = commonDamage(file.size, tail);
  if (damage !== undefined) return broken(damage);
  const directory = findLastDirectory(tail);
  if (directory === undefined) return withoutEnd(file);
  if (directory.begin < 0)
    return { problems: [], unchecked: 'ends with a zip directory that is too long to read: not checked' };
  const entries = readEntries(tail.subarray(directory.begin, directory.end), directory.entries);
  return entries === undefined ? broken('has a broken zip directory at its end') : whole;
}

async function withoutEnd(file: RangedFile): Promise<FormatCheck> {
  const start = (await file.range(0, 4)) ?? new Uint8Array();
  if (Buffer.from(start).toString('hex') === zstd)
    return { problems: [], unchecked: 'is compressed, and cannot be checked without reading all of it' };
  return broken(
    `was truncated: ${count(file.size)} bytes, and the zip directory that torch writes last is missing`,
  );
}
