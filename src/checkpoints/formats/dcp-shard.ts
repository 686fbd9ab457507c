import { count } from '../../in-words.ts';
import { broken, type Check, commonDamage, whole } from './check.ts';
import type { RangedFile } from './ranged-file.ts';
import { findLastDirectory, readEntries } from './zip-directory.ts';

const tailRead = 64 * 1024;
/** https://datatracker.ietf.org/doc/html/rfc8878#section-3.1.1 */
const zstd = '28b52ffd';

/**
 * One `.distcp`: each tensor as torch.save writes it, one behind the other, so the file ends as a zip archive does. A cut
 * exactly between two tensors does not show here.
 * https://github.com/pytorch/pytorch/blob/main/torch/distributed/checkpoint/filesystem.py (_write_item)
 */
export async function checkDcpShard(file: RangedFile): Promise<Check> {
  const tail = (await file.last(tailRead)) ?? new Uint8Array();
  const damage = commonDamage(file.size, tail);
  if (damage !== undefined) return broken(damage);
  const place = findLastDirectory(tail);
  if (place === undefined) return withoutEnd(file);
  if (place.begin < 0)
    return { problems: [], unchecked: 'ends with a zip directory that is too long to read: not checked' };
  const entries = readEntries(tail.subarray(place.begin, place.end), place.entries);
  return entries === undefined ? broken('has a broken zip directory at its end') : whole;
}

async function withoutEnd(file: RangedFile): Promise<Check> {
  const start = (await file.range(0, 4)) ?? new Uint8Array();
  if (Buffer.from(start).toString('hex') === zstd)
    return { problems: [], unchecked: 'is compressed, and cannot be checked without reading all of it' };
  return broken(
    `was cut: ${count(file.size)} bytes, and the zip directory that torch writes last is missing`,
  );
}
