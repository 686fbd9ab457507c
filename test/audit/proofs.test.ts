import { createHmac, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createProofChecks, createProofs, type ProofKeys } from '../../src/audit/proofs.ts';
import { newKeys } from '../../src/config/keys/new-keys.ts';
import { keysIn } from '../../src/config/keys/proof-keys.ts';

const newProofKeys = (): ProofKeys => keysIn({ ...newKeys() });
const keys = newProofKeys();
const others = newProofKeys();
const parts = ['rl-1', 'abc'];
/** The bytes that are proven, written here on their own: changing them would void every journal that exists. */
const text = Buffer.from('["relight",1,"journal","rl-1","abc"]');

describe('a proof of who wrote a text', () => {
  it('is the HMAC-SHA256 of the use and its parts with the journal key, in base64', () => {
    const proofs = createProofs(keys);

    expect(proofs.mac('journal', parts)).toBe(
      createHmac('sha256', keys.journal[0]).update(text).digest('base64'),
    );
    expect(proofs.hasMac('journal', parts, proofs.mac('journal', parts))).toBe(true);
  });

  it('holds for no other use, text, key or spelling', () => {
    const { mac, hasMac } = createProofs(keys);
    const proof = mac('journal', parts);

    expect(hasMac('queue', parts, proof)).toBe(false);
    expect(hasMac('journal', ['rl-1', 'abd'], proof)).toBe(false);
    expect(hasMac('journal', ['rl-1', 'abc', ''], proof)).toBe(false);
    expect(hasMac('journal', ['rl-1abc'], proof)).toBe(false);
    expect(hasMac('journal', parts, createProofs(others).mac('journal', parts))).toBe(false);
    expect(hasMac('journal', parts, proof.slice(0, 20))).toBe(false);
    expect(hasMac('journal', parts, '')).toBe(false);
    expect(hasMac('journal', parts, undefined)).toBe(false);
    expect(hasMac('journal', parts, Buffer.from('Stryker was here!').toString('base64'))).toBe(false);
  });

  it('holds with each key while keys are replaced, and is made with the first', () => {
    const both = createProofs({ ...keys, journal: [others.journal[0], keys.journal[0]] });

    expect(both.hasMac('journal', parts, createProofs(keys).mac('journal', parts))).toBe(true);
    expect(both.mac('journal', parts)).toBe(createProofs(others).mac('journal', parts));
  });
});

describe('a signature', () => {
  it('is Ed25519 over the use and its parts, in base64', () => {
    const proofs = createProofs(keys);
    const signature = proofs.sign('journal', parts);

    expect(signature).toBe(keys.signing && sign(null, text, keys.signing).toString('base64'));
    expect(proofs.isSigned('journal', parts, signature)).toBe(true);
  });

  it('holds for no other use, text or key', () => {
    const proofs = createProofs(keys);
    const signature = proofs.sign('decision', parts);

    expect(proofs.isSigned('head', parts, signature)).toBe(false);
    expect(proofs.isSigned('decision', ['rl-2', 'abc'], signature)).toBe(false);
    expect(createProofs(others).isSigned('decision', parts, signature)).toBe(false);
    expect(proofs.isSigned('decision', parts, undefined)).toBe(false);
    expect(proofs.isSigned('decision', parts, '')).toBe(false);
    expect(proofs.isSigned('decision', parts, createProofs(others).sign('decision', parts))).toBe(false);
  });

  it('is made only with the signing key, and checked with the public keys of all bots', () => {
    const worker = createProofs({ ...keys, signing: undefined, verify: [...others.verify, ...keys.verify] });

    expect(worker.sign('decision', parts)).toBeUndefined();
    expect(worker.isSigned('decision', parts, createProofs(keys).sign('decision', parts))).toBe(true);
    expect(worker.isSigned('decision', parts, createProofs(others).sign('decision', parts))).toBe(true);
  });
});

describe('a key for heads only', () => {
  const proofs = createProofs({ ...keys, headVerify: others.verify });
  const signed = (use: 'head' | 'decision'): string | undefined => createProofs(others).sign(use, parts);

  it('is accepted for heads beside the keys of those who take clicks, and for nothing else', () => {
    expect(proofs.isSigned('head', parts, signed('head'))).toBe(true);
    expect(proofs.isSigned('head', parts, proofs.sign('head', parts))).toBe(true);
    expect(proofs.isSigned('decision', parts, signed('decision'))).toBe(false);
    expect(proofs.isSigned('journal', parts, signed('decision'))).toBe(false);
    expect(proofs.isSigned('head', parts, signed('decision'))).toBe(false);
  });
});

describe('without keys', () => {
  it('nothing is proven', () => {
    const none = createProofChecks({ journal: [], verify: [], headVerify: [] });
    const proofs = createProofs(keys);

    expect(none.hasMac('journal', parts, proofs.mac('journal', parts))).toBe(false);
    expect(none.isSigned('journal', parts, proofs.sign('journal', parts))).toBe(false);
  });
});
