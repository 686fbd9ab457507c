import type { KeyObject } from 'node:crypto';
import { OpsError } from '../../errors.ts';
import { isSignedBy, type Proofs } from '../proofs.ts';
import type { VaultStore } from '../vault.ts';
import { folders } from './archive-keys.ts';
import { type Head, headIn, isSignedHead, signHead, textOfHead, type UnsignedHead } from './heads.ts';

/** An Ed25519 key outside this process that signs heads and nothing else, such as one in AWS KMS. */
export interface HeadKey {
  /**
   * The signature over the bytes, as in RFC 8032: 64 bytes that the public key verifies. Throws the errors of AWS, and
   * `config-invalid` for a key that cannot sign heads.
   */
  readonly sign: (text: Uint8Array) => Promise<Uint8Array>;
  /** Throws as `sign` does. */
  readonly publicKey: () => Promise<KeyObject>;
}

/** Signs heads, and tells which heads this installation signed. */
export interface HeadSigner {
  readonly sign: (head: UnsignedHead) => Promise<Head>;
  readonly isSigned: (head: Head) => Promise<boolean>;
}

/** `key`: signs instead of RELIGHT_SIGNING_KEY. Heads of the local keys stay valid, so that the key can be changed both ways. */
export function createHeadSigner(proofs: Pick<Proofs, 'sign' | 'isSigned'>, key?: HeadKey): HeadSigner {
  return {
    sign: async (head) => {
      if (key === undefined) return signedHere(proofs, head);
      const signature = await key.sign(textOfHead(head));
      return { ...head, signature: Buffer.from(signature).toString('base64') };
    },
    // The local keys first: then heads of them can be read while the other key does not answer.
    isSigned: async (head) =>
      isSignedHead(proofs, head) ||
      (key !== undefined && isSignedBy(await key.publicKey(), textOfHead(head), head.signature)),
  };
}

function signedHere(proofs: Pick<Proofs, 'sign'>, head: UnsignedHead): Head {
  const signed = signHead(proofs, head);
  if (signed === undefined)
    throw new OpsError('config-invalid', 'RELIGHT_SIGNING_KEY is required to sign heads');
  return signed;
}

/** The newest head of a journal if its signature holds; whoever forges one only makes Relight sign again. */
export async function newestHead(
  store: Pick<VaultStore, 'keys' | 'get'>,
  heads: Pick<HeadSigner, 'isSigned'>,
  journal: string,
): Promise<Head | undefined> {
  let last: string | undefined;
  for await (const key of store.keys(`${folders.heads}${journal}/`)) last = key;
  const head = last === undefined ? undefined : headIn(await store.get(last));
  return head !== undefined && head.journal === journal && (await heads.isSigned(head)) ? head : undefined;
}
