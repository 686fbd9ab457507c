import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createHeadSigner, type HeadKey } from '../../src/audit/archive/head-signer.ts';
import { isSignedHead, noLines } from '../../src/audit/archive/heads.ts';
import { createProofs } from '../../src/audit/proofs.ts';
import { newKeys } from '../../src/config/keys/new-keys.ts';
import { keysIn } from '../../src/config/keys/proof-keys.ts';

const proofs = createProofs(keysIn({ ...newKeys() }));
const signer = createHeadSigner(proofs);
const at = Date.parse('2026-11-02T03:00:00Z');
const unsigned = { journal: 'rl-1', seq: 1, hash: 'h1', lines: noLines, at };

describe('a key outside this process that signs heads', () => {
  const pair = generateKeyPairSync('ed25519');
  const asked: string[] = [];
  const key: HeadKey = {
    publicKey: async () => {
      asked.push('public key');
      return pair.publicKey;
    },
    sign: async (text) => {
      asked.push(Buffer.from(text).toString());
      return sign(null, text, pair.privateKey);
    },
  };
  const outside = createHeadSigner(proofs, key);

  it('signs instead of the local key, the same bytes', async () => {
    const head = await outside.sign(unsigned);

    expect(asked).toEqual([`["relight",1,"head","rl-1","1","h1","${unsigned.lines}","${at}"]`]);
    expect(head).toEqual({ ...unsigned, signature: expect.any(String) });
    expect(isSignedHead(proofs, head)).toBe(false);
    expect(await outside.isSigned(head)).toBe(true);
    expect(await outside.isSigned({ ...head, at: at + 1 })).toBe(false);
    expect(await signer.isSigned(head)).toBe(false);
  });

  it('is not asked about heads of the local key', async () => {
    asked.length = 0;

    expect(await outside.isSigned(await signer.sign(unsigned))).toBe(true);
    expect(asked).toEqual([]);
  });

  it('is needed in a process that has no local key', async () => {
    await expect(createHeadSigner({ ...proofs, sign: () => undefined }).sign(unsigned)).rejects.toMatchObject(
      {
        code: 'config-invalid',
        detail: 'RELIGHT_SIGNING_KEY is required to sign heads',
      },
    );
  });
});
