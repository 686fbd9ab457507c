import { count } from '../in-words.ts';
import type { S3Uri, StoredFile } from '../ports.ts';
import type { Check } from './check.ts';
import type { Finding } from './finding.ts';
import { nameOf } from './folders.ts';
import type { RangedFile } from './ranged-file.ts';

/** The files of one checkpoint folder, by name. */
export interface Listing {
  readonly uri: S3Uri;
  readonly step: number;
  readonly files: ReadonlyMap<string, StoredFile>;
}

/** One look at one checkpoint. */
export interface Look extends Listing {
  /** The same file again gives the same RangedFile, so that its read limit holds for the whole look. */
  readonly open: (file: StoredFile) => RangedFile;
  readonly opened: ReadonlyMap<string, RangedFile>;
  /** The checkpoints right before this one: what the same job wrote when all was well. */
  readonly earlier: readonly Listing[];
  /** How many processes train, where the instance type tells. */
  readonly worldSize?: number;
}

export function lookAt(
  listing: Listing,
  earlier: readonly Listing[],
  worldSize: number | undefined,
  open: (file: StoredFile) => RangedFile,
): Look {
  const opened = new Map<string, RangedFile>();
  const openOnce = (file: StoredFile): RangedFile => {
    const found = opened.get(file.name) ?? open(file);
    opened.set(file.name, found);
    return found;
  };
  return { ...listing, earlier, open: openOnce, opened, ...(worldSize !== undefined && { worldSize }) };
}

export type Reader = (file: RangedFile) => Promise<Check>;

/** Runs a format reader over one file, and compares its size with the earlier checkpoints. */
export async function checkFile(
  look: Look,
  file: StoredFile,
  read: Reader,
  kind: 'weights' | 'state',
): Promise<Finding[]> {
  const check = await read(look.open(file));
  const findings = findingsOf(look, file, check);
  return check.problems.length > 0 ? findings : [...findings, ...sizeFindings(look, file, kind)];
}

export function findingsOf(look: Look, file: StoredFile, { problems, unchecked }: Check): Finding[] {
  const broken = problems.map((says): Finding => ({ file: file.name, severity: 'invalid', says }));
  return unchecked === undefined ? broken : [...broken, uncheckedFinding(look, file, unchecked)];
}

/** A file that was cut has another size: the same size as before vouches for what could not be read. */
function uncheckedFinding(look: Look, file: StoredFile, says: string): Finding {
  const same = look.earlier.find(({ files }) => files.get(file.name)?.size === file.size);
  if (same === undefined) return { file: file.name, severity: 'degraded', says };
  return {
    file: file.name,
    severity: 'note',
    says: `${says}, but it has exactly the size it has in ${nameOf(same.uri)}`,
  };
}

/**
 * Weights keep their size to the byte from one checkpoint to the next, other files nearly. One earlier checkpoint
 * may itself be the odd one; two that agree are believed.
 */
function sizeFindings({ earlier }: Look, { name, size }: StoredFile, kind: 'weights' | 'state'): Finding[] {
  const others = earlier.flatMap(({ uri, files }) => {
    const other = files.get(name);
    return other === undefined ? [] : [{ folder: nameOf(uri), size: other.size }];
  });
  const tolerance = kind === 'weights' ? 0 : 4096 + size / 20;
  const [first, second] = others;
  if (first === undefined || others.some((other) => Math.abs(other.size - size) <= tolerance)) return [];
  const believed = second !== undefined && Math.abs(first.size - second.size) <= tolerance;
  const severity = kind === 'weights' ? 'invalid' : 'degraded';
  const says = `has ${count(size)} bytes, ${others.map((other) => `${count(other.size)} in ${other.folder}`).join(' and ')}`;
  return [{ file: name, severity: believed ? severity : 'note', says }];
}
