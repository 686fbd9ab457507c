/**
 * Where the archive is in the vault.
 *
 * `journals/<journal>/<number of its first entry>.jsonl` holds lines of a journal exactly as Redis has them. The key tells
 * only where an object begins, and the next object begins where it ends: two workers that archive the same entries write
 * the same key, so `If-None-Match` lets one of them win, and entries can neither be left out nor written twice.
 * `heads/<journal>/<number of the newest entry>.json` is a signed head. `states/<journal>/<number>-closed.json` and
 * `-reopened.json` tell which incidents are open without reading their journals.
 */
export const folders = { journals: 'journals/', heads: 'heads/', states: 'states/' } as const;

/** An incident closes and may be reopened: the event that decides whether it is open. */
export type ArchivedState = 'closed' | 'reopened';

/** The number of an entry as it is in a key: 8 digits, so that keys sort like numbers. */
const digits = 8;
const numbered = (seq: number): string => String(seq).padStart(digits, '0');

export const linesKey = (journal: string, first: number): string =>
  `${folders.journals}${journal}/${numbered(first)}.jsonl`;

export const headKey = (journal: string, seq: number): string =>
  `${folders.heads}${journal}/${numbered(seq)}.json`;

export const stateKey = (journal: string, seq: number, state: ArchivedState): string =>
  `${folders.states}${journal}/${numbered(seq)}-${state}.json`;

export interface ArchiveKey {
  readonly key: string;
  readonly journal: string;
  readonly seq: number;
  readonly state: ArchivedState | undefined;
}

const form = /^(?:journals|heads|states)\/([a-z0-9-]{1,60})\/(\d{8,})(?:-(closed|reopened))?\.jsonl?$/;

/**
 * The parts of a key of the archive; undefined for other keys.
 * @example parseKey('journals/rl-abcd2345/00000012.jsonl')?.seq // 12
 */
export function parseKey(key: string): ArchiveKey | undefined {
  const [, journal, seq, state] = form.exec(key) ?? [];
  if (journal === undefined || seq === undefined) return undefined;
  return {
    key,
    journal,
    seq: Number(seq),
    state: state === 'closed' || state === 'reopened' ? state : undefined,
  };
}

/** The text of an object, each line ended. */
export const textOf = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');

/** The lines of an object; undefined if its last line is cut or it has none. */
export function linesOf(text: string): readonly string[] | undefined {
  return text.endsWith('\n') ? text.slice(0, -1).split('\n') : undefined;
}
