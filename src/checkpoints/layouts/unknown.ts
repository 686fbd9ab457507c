import { count } from '../../in-words.ts';
import { smallest } from '../../ports/collections.ts';
import type { StoredFile } from '../../ports/ports.ts';
import type { Findings } from '../checkpoint-finding.ts';
import type { CheckpointView, Listing } from '../checkpoint-view.ts';
import { nameOf } from '../folders.ts';
import { pointersAmong } from '../formats/small-files.ts';
import { checkKnownFormats } from './known-formats.ts';
import type { Layout } from './layout.ts';
import { nameAcrossSteps } from './name-across-steps.ts';
import { missing } from './shards.ts';

/**
 * A trainer that Relight does not know. Files of known formats are read, and the others compared by size. Nobody can
 * say whether all files are there, so the grade is never better than degraded.
 */
export const unknown: Layout = {
  name: 'unknown',
  words: 'unknown layout',
  detect: () => true,
  check: async (view) => {
    const before = view.earlier.map(byName);
    const { findings, unread } = await checkKnownFormats(view);
    return [
      {
        file: nameOf(view.uri),
        severity: 'degraded',
        says: 'has an unknown layout: files of known formats were read, the others compared by size',
      },
      ...findings,
      ...[...byName(view)].flatMap(([name, file]) =>
        unread.has(file.name)
          ? sizeFindings(
              file,
              before.flatMap((files) => files.get(name) ?? []),
            )
          : [],
      ),
      ...(await pointersAmong(view, 'invalid')),
      ...gone(view, before),
    ];
  },
};

function byName(listing: Listing): ReadonlyMap<string, StoredFile> {
  const shared = nameAcrossSteps(listing);
  return new Map([...listing.files].map(([name, file]) => [shared(name), file]));
}

/** An empty file says something by being there, e.g. `_SUCCESS`, unless its name promises content. */
const withContent =
  /[^/]\.(?!lock$|done$|complete$|success$|ready$|ok$|mark(?:er)?$|flag$|log$|err$|out$)[a-z]\w*$/i;

function sizeFindings({ name, size }: StoredFile, before: readonly StoredFile[]): Findings {
  if (size === 0) {
    const isMeant = !withContent.test(name) || before.some((other) => other.size === 0);
    return isMeant ? [] : [{ file: name, severity: 'invalid', says: 'is empty (0 bytes)' }];
  }
  const least = smallest(before.map((other) => other.size));
  if (before.length === 0 || size * 2 >= least) return [];
  const says = `has ${count(size)} bytes, but at least ${count(least)} in earlier checkpoints`;
  return [{ file: name, severity: 'invalid', says }];
}

/** A single earlier checkpoint may be the odd one; two that agree are trusted. */
function gone(view: CheckpointView, before: readonly ReadonlyMap<string, StoredFile>[]): Findings {
  const own = byName(view);
  const [first, ...others] = before;
  const lost = [...(first ?? [])].filter(
    ([name]) => !own.has(name) && others.every((files) => files.has(name)),
  );
  const names = lost.map(([, file]) => file.name);
  return missing(view, names, others.length > 0 ? 'invalid' : 'degraded', 'the previous checkpoint has it');
}
