import { z } from 'zod';

/** How training data is mended. A fix has the name of the rule it mends, where there is one. */
interface FixKind {
  /** `approval`: the meaning may change, so it is done only when people ask for it by its name. */
  readonly needs: 'nothing' | 'approval';
  /** What was done, as people read it beside a count of lines. */
  readonly did: string;
}

// biome-ignore format: a fix to a line, so that it reads as the table it is
const table = {
  'json-array': { needs: 'nothing', did: 'taken out of a JSON array, one record a line' },
  bom: { needs: 'nothing', did: 'byte order mark stripped' },
  crlf: { needs: 'nothing', did: 'CR LF made LF' },
  'no-final-newline': { needs: 'nothing', did: 'final newline added' },
  'blank-line': { needs: 'nothing', did: 'blank line dropped' },
  'cut-last-line': { needs: 'nothing', did: 'cut last line dropped' },
  'nan-literal': { needs: 'nothing', did: 'NaN or Infinity made null' },
  untrimmed: { needs: 'nothing', did: 'blanks at the ends of a text trimmed' },
  'not-nfc': { needs: 'nothing', did: 'letters composed (Unicode NFC)' },
  'ground-truth-type': { needs: 'nothing', did: 'ground truth written as a string' },
  'ground-truth-format': { needs: 'nothing', did: 'ground truth written as a bare number' },
  duplicate: { needs: 'nothing', did: 'repeated record dropped, the first one kept' },
  'not-utf8': { needs: 'approval', did: 'read as Latin-1, written as UTF-8' },
  'loose-json': { needs: 'approval', did: 'nearly-JSON written as JSON' },
  'smart-quotes': { needs: 'approval', did: 'typographic quotes made plain, but in maths and code' },
  'over-long': { needs: 'approval', did: 'long prompt cut at its beginning' },
  leakage: { needs: 'approval', did: 'record that is also in the test data taken out' },
} as const satisfies Record<string, FixKind>;

export type FixId = keyof typeof table;

export const fixes: Readonly<Record<FixId, FixKind>> = table;

// The keys of a constant object are its type's keys.
export const fixIds = Object.keys(table) as readonly FixId[];

export const FixName = z.enum(fixIds);

/** The fixes that must be asked for by name. */
export const approvalFixes: readonly FixId[] = fixIds.filter((id) => fixes[id].needs === 'approval');

/** All safe fixes, and of the others those that were asked for. */
export function fixesWith(approved: readonly FixId[]): ReadonlySet<FixId> {
  return new Set(fixIds.filter((id) => fixes[id].needs === 'nothing' || approved.includes(id)));
}

export function isFix(name: string): name is FixId {
  return Object.hasOwn(table, name);
}
