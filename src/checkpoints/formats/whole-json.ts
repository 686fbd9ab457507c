import { broken, type Check, commonDamage, whole } from './check.ts';
import { parseJson } from './json-with-nan.ts';
import type { RangedFile } from './ranged-file.ts';

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
