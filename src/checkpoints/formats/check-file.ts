import { count } from '../../in-words.ts';
import { append } from '../../ports/collections.ts';
import type { StoredFile } from '../../ports/ports.ts';
import type { CheckpointFinding, Findings } from '../checkpoint-finding.ts';
import { type CheckpointView, sameIn } from '../checkpoint-view.ts';
import { nameOf } from '../folders.ts';
import type { FormatCheck } from './check.ts';
import type { RangedFile } from './ranged-file.ts';

const filesAtOnce = 8;

/** Runs independent checks on a few files at a time, because a large job writes hundreds of shards. */
export async function eachFile<T>(
  files: readonly T[],
  check: (file: T) => Promise<readonly CheckpointFinding[]>,
): Promise<Findings> {
  const findings: Findings = [];
  for (let start = 0; start < files.length; start += filesAtOnce)
    append(findings, (await Promise.all(files.slice(start, start + filesAtOnce).map(check))).flat());
  return findings;
}

export type Reader = (file: RangedFile) => Promise<FormatCheck>;

/** Runs a format reader on one file and compares its size with the earlier checkpoints. */
export async function checkFile(
  view: CheckpointView,
  file: StoredFile,
  read: Reader,
  kind: 'weights' | 'state',
): Promise<Findings> {
  const check = await read(view.open(file));
  const findings = findingsOf(view, file, check);
  return check.problems.length > 0 ? findings : [...findings, ...sizeFindings(view, file, kind)];
}

export function findingsOf(
  view: CheckpointView,
  file: StoredFile,
  { problems, unchecked }: FormatCheck,
): Findings {
  const broken = problems.map((says): CheckpointFinding => ({ file: file.name, severity: 'invalid', says }));
  return unchecked === undefined ? broken : [...broken, uncheckedFinding(view, file, unchecked)];
}

/** A truncated file changes its size, so an unchanged size vouches for content that could not be read. */
function uncheckedFinding(view: CheckpointView, file: StoredFile, says: string): CheckpointFinding {
  const same = view.earlier.find((other) => sameIn(view, file, other)?.size === file.size);
  if (same === undefined) return { file: file.name, severity: 'degraded', says };
  return {
    file: file.name,
    severity: 'note',
    says: `${says}, but it is exactly as large as in ${nameOf(same.uri)}`,
  };
}

/**
 * Weights have exactly the same size in every checkpoint, other files nearly so. A single earlier checkpoint may be
 * the odd one; two that agree are trusted.
 */
function sizeFindings(view: CheckpointView, file: StoredFile, kind: 'weights' | 'state'): Findings {
  const { name, size } = file;
  const others = view.earlier.flatMap((listing) => {
    const other = sameIn(view, file, listing);
    return other === undefined ? [] : [{ folder: nameOf(listing.uri), size: other.size }];
  });
  const tolerance = kind === 'weights' ? 0 : 4096 + size / 20;
  const [first, second] = others;
  if (first === undefined || others.some((other) => Math.abs(other.size - size) <= tolerance)) return [];
  const believed = second !== undefined && Math.abs(first.size - second.size) <= tolerance;
  const severity = kind === 'weights' ? 'invalid' : 'degraded';
  const says = `has ${count(size)} bytes, ${others.map((other) => `${count(other.size)} in ${other.folder}`).join(' and ')}`;
  return [{ file: name, severity: believed ? severity : 'note', says }];
}
