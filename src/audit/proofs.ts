import { createHmac, type KeyObject, sign, timingSafeEqual, verify } from 'node:crypto';

/**
 * The keys of this installation. None of them is stored in Redis, so whoever writes to Redis cannot produce a line of a
 * journal, a job of a queue or a decision of a person that Relight accepts.
 */
export interface ProofKeys {
  /** HMAC-SHA256, shared by all processes. The first one is used; the others are accepted while keys are replaced. */
  readonly journal: readonly [KeyObject, ...KeyObject[]];
  /** Ed25519 (https://www.rfc-editor.org/rfc/rfc8032). Only processes that take clicks have it. */
  readonly signing: KeyObject | undefined;
  /** The public keys of all processes that take clicks. */
  readonly verify: readonly KeyObject[];
  /** Public keys that sign heads and nothing else: no decision of a person is accepted from them. */
  readonly headVerify: readonly KeyObject[];
}

/** What a proof is about. A proof of one use is worth nothing for another. */
export type ProofUse = 'journal' | 'decision' | 'queue' | 'head';

/**
 * Proves where a text comes from, and checks such proofs.
 *
 * @example proofs.hasMac('journal', [id, hash], mac) // true if a process with the journal key wrote it
 */
export interface Proofs {
  readonly mac: (use: ProofUse, parts: readonly string[]) => string;
  readonly hasMac: (use: ProofUse, parts: readonly string[], mac: string | undefined) => boolean;
  /** Undefined in a process without the signing key. */
  readonly sign: (use: ProofUse, parts: readonly string[]) => string | undefined;
  readonly isSigned: (use: ProofUse, parts: readonly string[], signature: string | undefined) => boolean;
}

/** Checks proofs and makes none. */
export type ProofChecks = Pick<Proofs, 'hasMac' | 'isSigned'>;

export function createProofs({ signing, ...keys }: ProofKeys): Proofs {
  const [current] = keys.journal;
  return {
    mac: (use, parts) => macOf(current, use, parts).toString('base64'),
    ...createProofChecks(keys),
    sign: (use, parts) => signing && sign(null, textOf(use, parts), signing).toString('base64'),
  };
}

/** With any number of keys, also none: then nothing is proven. */
export function createProofChecks({
  journal,
  verify: publicKeys,
  headVerify,
}: Readonly<Record<'journal' | 'verify' | 'headVerify', readonly KeyObject[]>>): ProofChecks {
  const ofHeads = [...publicKeys, ...headVerify];
  return {
    hasMac: (use, parts, mac) => {
      const given = Buffer.from(mac ?? '', 'base64');
      return journal.some((key) => isSame(macOf(key, use, parts), given));
    },
    isSigned: (use, parts, signature) => {
      const keys = use === 'head' ? ofHeads : publicKeys;
      return keys.some((key) => isSignedBy(key, textOf(use, parts), signature));
    },
  };
}

/** `signature`: in base64. */
export function isSignedBy(key: KeyObject, text: Uint8Array, signature: string | undefined): boolean {
  return verify(null, text, key, Buffer.from(signature ?? '', 'base64'));
}

function macOf(key: KeyObject, use: ProofUse, parts: readonly string[]): Buffer {
  return createHmac('sha256', key).update(textOf(use, parts)).digest();
}

function isSame(one: Buffer, other: Buffer): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}

/** The bytes that are proven. JSON keeps the parts apart: no two lists of parts have the same text. */
export function textOf(use: ProofUse, parts: readonly string[]): Buffer {
  return Buffer.from(JSON.stringify(['relight', 1, use, ...parts]));
}
