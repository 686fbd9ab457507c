import { parseJson } from '../../training-data/read/json-text.ts';
import type { Finding } from '../checkpoint-finding.ts';
import type { Look } from '../checkpoint-view.ts';
import { broken, type Check, commonDamage, longestPointer, whole } from './check.ts';
import { eachFile } from './check-file.ts';
import type { RangedFile } from './ranged-file.ts';

/** A checkpoint has some twenty small files; a folder of thousands is not read for pointers. */
const mostFiles = 50;

/** Git-LFS pointers among the files that no format reader has opened. */
export async function pointersAmong(look: Look, severity: Finding['severity']): Promise<Finding[]> {
  const small = [...look.files.values()].filter(
    ({ name, size }) => size < longestPointer && size > 0 && !look.opened.has(name),
  );
  return eachFile(small.slice(0, mostFiles), async (file) => {
    const bytes = (await look.open(file).whole()) ?? new Uint8Array();
    const says = commonDamage(file.size, bytes);
    return says === undefined ? [] : [{ file: file.name, severity, says }];
  });
}

/** A small configuration file; one that is longer than the read limit is none. */
export async function checkWholeJson(file: RangedFile): Promise<Check> {
  const bytes = await file.whole();
  if (bytes === undefined) return whole;
  const damage = commonDamage(file.size, bytes);
  if (damage !== undefined) return broken(damage);
  return parseJson(new TextDecoder().decode(bytes)) === undefined
    ? broken('was cut or damaged: it is not whole JSON')
    : whole;
}
