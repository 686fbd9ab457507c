import { createHash } from 'node:crypto';
import { z } from 'zod';
import { canonical } from '../../ports/canonical.ts';
import type { Proofs } from '../proofs.ts';
import type { VaultStore } from '../vault.ts';
import { folders } from './archive-keys.ts';

/**
 * A statement by a process that takes clicks: up to this entry, the vault had exactly these lines at that time. Whoever
 * removes entries from the end of a journal leaves heads that say so.
 */
export const Head = z.object({
  journal: z.string(),
  /** The number of the newest entry that it covers. */
  seq: z.number().int().nonnegative(),
  /** The hash of that entry. */
  hash: z.string(),
  /** Of all lines as stored, including their proofs, which `hash` does not cover: see `nextLines`. */
  lines: z.string(),
  /** In ms. */
  at: z.number(),
  /** Ed25519 over all of it: https://www.rfc-editor.org/rfc/rfc8032 */
  signature: z.string(),
});
export type Head = z.infer<typeof Head>;

type Unsigned = Omit<Head, 'signature'>;

/** The `lines` of a head before the first line. */
export const noLines: string = '0'.repeat(64);

/** The `lines` of a head after one more line: SHA-256 of the value before and the line. */
export function nextLines(before: string, line: string): string {
  return createHash('sha256').update(before).update(line).digest('hex');
}

/** Undefined in a process without the signing key. */
export function signHead(proofs: Pick<Proofs, 'sign'>, head: Unsigned): Head | undefined {
  const signature = proofs.sign('head', partsOf(head));
  return signature === undefined ? undefined : { ...head, signature };
}

export function isSignedHead(proofs: Pick<Proofs, 'isSigned'>, head: Head): boolean {
  return proofs.isSigned('head', partsOf(head), head.signature);
}

function partsOf({ journal, seq, hash, lines, at }: Unsigned): readonly string[] {
  return [journal, String(seq), hash, lines, String(at)];
}

/** Undefined if the text is not a head exactly as Relight writes it. */
export function headIn(text: string | undefined): Head | undefined {
  try {
    const head = Head.parse(JSON.parse(text ?? ''));
    return canonical(head) === text ? head : undefined;
  } catch {
    return undefined;
  }
}

/** The newest head of a journal if its signature holds; whoever forges one only makes Relight sign again. */
export async function newestHead(
  store: Pick<VaultStore, 'keys' | 'get'>,
  proofs: Pick<Proofs, 'isSigned'>,
  journal: string,
): Promise<Head | undefined> {
  let last: string | undefined;
  for await (const key of store.keys(`${folders.heads}${journal}/`)) last = key;
  const head = last === undefined ? undefined : headIn(await store.get(last));
  return head !== undefined && head.journal === journal && isSignedHead(proofs, head) ? head : undefined;
}
