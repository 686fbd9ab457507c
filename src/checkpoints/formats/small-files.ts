import { parseJson } from '../../training-data/read/json-text.ts';
import type { CheckpointFinding, Findings } from '../checkpoint-finding.ts';
import type { CheckpointView } from '../checkpoint-view.ts';
import { broken, commonDamage, type FormatCheck, maxPointerBytes, whole } from './check.ts';
import { eachFile } from './check-file.ts';
import type { RangedFile } from './ranged-file.ts';

/** A checkpoint has about twenty small files; a folder with thousands is not searched for pointers. */
const maxFiles = 50;

/** Git LFS pointers among the files that no format reader has opened. */
export async function pointersAmong(
  view: CheckpointView,
  severity: CheckpointFinding['severity'],
): Promise<Findings> {
  const small = [...view.files.values()].filter(
    ({ name, size }) => size < maxPointerBytes && size > 0 && !view.opened.has(name),
  );
  return eachFile(small.slice(0, maxFiles), async (file) => {
    const bytes = (await view.open(file).whole()) ?? new Uint8Array();
    const says = commonDamage(file.size, bytes);
    return says === undefined ? [] : [{ file: file.name, severity, says }];
  });
}

/** Checks a small configuration file. A file over the read limit is not one, so it passes. */
export async function checkWholeJson(file: RangedFile): Promise<FormatCheck> {
  const bytes = await file.whole();
  if (bytes === undefined) return whole;
  const damage = commonDamage(file.size, bytes);
  if (damage !== undefined) return broken(damage);
  return parseJson(new TextDecoder().decode(bytes)) === undefined
    ? broken('was truncated or damaged: it is not complete JSON')
    : whole;
}
