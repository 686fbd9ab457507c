import { z } from 'zod';

/** How training data is fixed. A fix is named after the rule it resolves, if there is one. */
interface FixKind {
  /** `approval`: what is learned may change, so the fix runs only if people request it by name. */
  readonly needs: 'nothing' | 'approval';
  /** What it does to the objects or records that it is counted for. */
  readonly effect: 'rewrites' | 'changes' | 'removes';
  /** What was done, shown next to a count. */
  readonly did: string;
}

// biome-ignore format: one fix per line, so that it reads as a table
const table = {
  'json-array': { needs: 'nothing', effect: 'rewrites', did: 'split from a JSON array into one record per line' },
  'json-values': { needs: 'nothing', effect: 'rewrites', did: 'each JSON object written on one line' },
  'cr-lines': { needs: 'nothing', effect: 'rewrites', did: 'CR at the ends of lines replaced by LF' },
  'utf-16': { needs: 'nothing', effect: 'rewrites', did: 'UTF-16 written as UTF-8' },
  bom: { needs: 'nothing', effect: 'changes', did: 'byte order mark removed' },
  crlf: { needs: 'nothing', effect: 'changes', did: 'CR LF replaced by LF' },
  'no-final-newline': { needs: 'nothing', effect: 'changes', did: 'final newline added' },
  'blank-line': { needs: 'nothing', effect: 'removes', did: 'blank line dropped' },
  'cut-last-line': { needs: 'nothing', effect: 'removes', did: 'truncated last line dropped' },
  'nan-literal': { needs: 'nothing', effect: 'changes', did: 'NaN or Infinity replaced by null' },
  'ground-truth-type': { needs: 'nothing', effect: 'changes', did: 'ground truth written as a string' },
  'ground-truth-format': { needs: 'nothing', effect: 'changes', did: 'ground truth written as a bare number' },
  untrimmed: { needs: 'approval', effect: 'changes', did: 'leading and trailing whitespace trimmed' },
  'not-nfc': { needs: 'approval', effect: 'changes', did: 'characters composed (Unicode NFC)' },
  duplicate: { needs: 'approval', effect: 'removes', did: 'repeated record dropped, the first one kept' },
  'not-utf8': { needs: 'approval', effect: 'changes', did: 'read as Latin-1, written as UTF-8' },
  'loose-json': { needs: 'approval', effect: 'changes', did: 'near-JSON rewritten as JSON' },
  'smart-quotes': { needs: 'approval', effect: 'changes', did: 'typographic quotes replaced by plain ones, except in math and code' },
  'over-long': { needs: 'approval', effect: 'changes', did: 'beginning of a long prompt cut' },
  leakage: { needs: 'approval', effect: 'removes', did: 'record that is also in the test data removed' },
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
