import { z } from 'zod';

/** How training data is fixed. A fix is named after the rule it resolves, if there is one. */
interface FixKind {
  /** `approval`: the meaning may change, so the fix runs only if people request it by name. */
  readonly needs: 'nothing' | 'approval';
  /** What was done, shown next to a count of lines. */
  readonly did: string;
}

// biome-ignore format: one fix per line, so that it reads as a table
const table = {
  'json-array': { needs: 'nothing', did: 'split from a JSON array into one record per line' },
  bom: { needs: 'nothing', did: 'byte order mark removed' },
  crlf: { needs: 'nothing', did: 'CR LF replaced by LF' },
  'no-final-newline': { needs: 'nothing', did: 'final newline added' },
  'blank-line': { needs: 'nothing', did: 'blank line dropped' },
  'cut-last-line': { needs: 'nothing', did: 'truncated last line dropped' },
  'nan-literal': { needs: 'nothing', did: 'NaN or Infinity replaced by null' },
  untrimmed: { needs: 'nothing', did: 'leading and trailing whitespace trimmed' },
  'not-nfc': { needs: 'nothing', did: 'characters composed (Unicode NFC)' },
  'ground-truth-type': { needs: 'nothing', did: 'ground truth written as a string' },
  'ground-truth-format': { needs: 'nothing', did: 'ground truth written as a bare number' },
  duplicate: { needs: 'nothing', did: 'repeated record dropped, the first one kept' },
  'not-utf8': { needs: 'approval', did: 'read as Latin-1, written as UTF-8' },
  'loose-json': { needs: 'approval', did: 'near-JSON rewritten as JSON' },
  'smart-quotes': { needs: 'approval', did: 'typographic quotes replaced by plain ones, except in math and code' },
  'over-long': { needs: 'approval', did: 'beginning of a long prompt cut' },
  leakage: { needs: 'approval', did: 'record that is also in the test data removed' },
} as const satisfies Record<string, FixKind>;

export type FixId = keyof typeof table;

export const fixes: Readonly<Record<FixId, FixKind>> = table;

// The keys of a constant object are exactly the keys of its type.
export const fixIds = Object.keys(table) as readonly FixId[];

export const FixName = z.enum(fixIds);

/** Fixes that must be requested by name. */
export const approvalFixes: readonly FixId[] = fixIds.filter((id) => fixes[id].needs === 'approval');

/** All safe fixes, plus the requested ones that need approval. */
export function fixesWith(approved: readonly FixId[]): ReadonlySet<FixId> {
  return new Set(fixIds.filter((id) => fixes[id].needs === 'nothing' || approved.includes(id)));
}

export function isFix(name: string): name is FixId {
  return Object.hasOwn(table, name);
}
