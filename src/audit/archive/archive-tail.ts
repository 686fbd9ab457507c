import { createHash } from 'node:crypto';
import { z } from 'zod';
import { OpsError } from '../../errors.ts';
import type { VaultStore } from '../vault.ts';
import { folders, linesOf, parseKey } from './archive-keys.ts';

/** Where a journal ends in the vault. */
export interface Tail {
  /** How many lines the vault has: the number of the next entry. */
  readonly count: number;
  /** The hash of the last entry, or the genesis hash. */
  readonly hash: string;
  /** SHA-256 of the last line as stored; empty if there is none. */
  readonly digest: string;
}

const Line = z.object({ hash: z.string() });

/** Throws `journal-forked` if the last object of the vault is not one that Relight writes. */
export async function findTail(
  store: Pick<VaultStore, 'keys' | 'get'>,
  journal: string,
  genesis: string,
): Promise<Tail> {
  let last: string | undefined;
  for await (const key of store.keys(`${folders.journals}${journal}/`)) last = key;
  if (last === undefined) return { count: 0, hash: genesis, digest: '' };
  const seq = parseKey(last)?.seq;
  if (seq === undefined) throw damaged(last);
  return tailOf(last, seq, await store.get(last));
}

/** The tail of a journal whose last object is this one. Throws `journal-forked` if it has no lines. */
export function tailOf(key: string, first: number, text: string | undefined): Tail {
  const lines = linesOf(text ?? '') ?? [];
  const last = lines.at(-1);
  if (last === undefined) throw damaged(key);
  return { count: first + lines.length, hash: hashIn(last, key), digest: digestOf(last) };
}

function hashIn(line: string, key: string): string {
  try {
    return Line.parse(JSON.parse(line)).hash;
  } catch {
    throw damaged(key);
  }
}

export function digestOf(line: string): string {
  return createHash('sha256').update(line).digest('hex');
}

function damaged(key: string): OpsError {
  return new OpsError('journal-forked', `${key} in the vault holds no lines of a journal`);
}
