import { count } from '../../in-words.ts';
import { smallest } from '../../ports/collections.ts';
import type { StoredFile } from '../../ports/ports.ts';
import type { Findings } from '../checkpoint-finding.ts';
import type { CheckpointView, Listing } from '../checkpoint-view.ts';
import { nameOf } from '../folders.ts';
import { pointersAmong } from '../formats/small-files.ts';
import type { Layout } from './layout.ts';
import { missing } from './shards.ts';

/** A trainer that Relight does not know. Only sizes can be compared, so the grade is never better than degraded. */
export const unknown: Layout = {
  name: 'unknown',
  words: 'unknown layout',
  detect: () => true,
  check: async (view) => {
    const before = view.earlier.map(bySharedName);
    return [
      {
        file: nameOf(view.uri),
        severity: 'degraded',
        says: 'has an unknown layout: graded by size only',
      },
      ...[...bySharedName(view)].flatMap(([name, file]) =>
        sizeFindings(
          file,
          before.flatMap((files) => files.get(name) ?? []),
        ),
      ),
      ...(await pointersAmong(view, 'invalid')),
      ...gone(view, before),
    ];
  },
};

/** Maps files of different steps to one name: `model_1300.pt` becomes `model_*.pt`. */
function bySharedName({ files, step }: Listing): ReadonlyMap<string, StoredFile> {
  const ownStep = new RegExp(`(?<!\\d)0*${step}(?!\\d)`, 'g');
  return new Map([...files].map(([name, file]) => [name.replace(ownStep, '*'), file]));
}

/** A file that was empty in earlier checkpoints is meant to be, e.g. `_SUCCESS`. */
function sizeFindings({ name, size }: StoredFile, before: readonly StoredFile[]): Findings {
  if (size === 0)
    return before.some((other) => other.size === 0)
      ? []
      : [{ file: name, severity: 'invalid', says: 'is empty (0 bytes)' }];
  const least = smallest(before.map((other) => other.size));
  if (before.length === 0 || size * 2 >= least) return [];
  const says = `has ${count(size)} bytes, but at least ${count(least)} in earlier checkpoints`;
  return [{ file: name, severity: 'invalid', says }];
}

/** A single earlier checkpoint may be the odd one; two that agree are trusted. */
function gone(view: CheckpointView, before: readonly ReadonlyMap<string, StoredFile>[]): Findings {
  const own = bySharedName(view);
  const [first, ...others] = before;
  const lost = [...(first ?? [])].filter(
    ([name]) => !own.has(name) && others.every((files) => files.has(name)),
  );
  const names = lost.map(([, file]) => file.name);
  return missing(view, names, others.length > 0 ? 'invalid' : 'degraded', 'the previous checkpoint has it');
}
