import { createHash } from 'node:crypto';
import { z } from 'zod';
import { canonical } from '../../ports/canonical.ts';
import { type Proofs, textOf } from '../proofs.ts';

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

export type UnsignedHead = Omit<Head, 'signature'>;

/** The `lines` of a head before the first line. */
export const noLines: string = '0'.repeat(64);

/** The `lines` of a head after one more line: SHA-256 of the value before and the line. */
export function nextLines(before: string, line: string): string {
  return createHash('sha256').update(before).update(line).digest('hex');
}

/** Undefined in a process without the signing key. */
export function signHead(proofs: Pick<Proofs, 'sign'>, head: UnsignedHead): Head | undefined {
  const signature = proofs.sign('head', partsOf(head));
  return signature === undefined ? undefined : { ...head, signature };
}

export function isSignedHead(proofs: Pick<Proofs, 'isSigned'>, head: Head): boolean {
  return proofs.isSigned('head', partsOf(head), head.signature);
}

/** The bytes that the signature of a head covers. */
export function textOfHead(head: UnsignedHead): Uint8Array {
  return textOf('head', partsOf(head));
}

function partsOf({ journal, seq, hash, lines, at }: UnsignedHead): readonly string[] {
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
