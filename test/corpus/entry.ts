import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { Strategy } from '../../src/diagnosis/strategy.ts';
import { FailureKind } from '../../src/ports/failure-kind.ts';

/** One public report of a failure; README.md describes the fields. */
const Entry = z.strictObject({
  from: z.url({ protocol: /^https$/ }),
  when: z
    .string()
    .regex(/^20\d\d(?:-\d\d)?$/)
    .optional(),
  prints: z.string().optional(),
  kinds: z.tuple([FailureKind], FailureKind),
  strategies: z.array(Strategy).nonempty().optional(),
  where: z.enum(['trace', 'lines', 'torchrun', 'reason', 'status']).default('trace'),
  frames: z.array(z.string().regex(/^[^:\s]+:[\w<>]+$/)).default([]),
  before: z.string().optional(),
  exit: z.number().int().default(1),
  says: z.array(z.string()).nonempty(),
});
export type Entry = z.infer<typeof Entry>;

/** Entries of `build` are there to build on. Those of `measure` are only measured, so that they tell how well the rules do on new texts. */
export type Half = 'build' | 'measure';

const folder = 'test/corpus/entries';

export function readCorpus(): readonly Entry[] {
  return readdirSync(folder)
    .toSorted()
    .flatMap((name) =>
      readFileSync(join(folder, name), 'utf8')
        .split('\n')
        .flatMap((line, index) => (line === '' ? [] : [parse(line, `${name}:${index + 1}`)])),
    );
}

function parse(line: string, where: string): Entry {
  const parsed = Entry.safeParse(JSON.parse(line));
  if (parsed.success) return parsed.data;
  throw new TypeError(`${where}: ${z.prettifyError(parsed.error)}`);
}

/** The repository on GitHub, or else the page: all reports of a source are in one half. */
export function sourceOf({ from }: Pick<Entry, 'from'>): string {
  return /^https:\/\/github\.com\/([^/]+\/[^/]+)\//.exec(from)?.[1]?.toLowerCase() ?? from;
}

export function halfOf(entry: Pick<Entry, 'from'>): Half {
  return numberOf(sourceOf(entry)) % 2 === 0 ? 'build' : 'measure';
}

/** A number that depends only on the text, for choices that must be the same in every run. */
export function numberOf(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE();
}
