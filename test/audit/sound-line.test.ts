import { describe, expect, it } from 'vitest';
import { createChain, genesis } from '../../src/audit/chain.ts';
import { createProofs } from '../../src/audit/proofs.ts';
import { checkProofs } from '../../src/audit/verify/check-proofs.ts';
import { isPlainBase64, readLine } from '../../src/audit/verify/sound-line.ts';
import { newKeys } from '../../src/config/keys/new-keys.ts';
import { keysIn } from '../../src/config/keys/proof-keys.ts';

const proofs = createProofs(keysIn({ ...newKeys() }));
const chain = createChain(proofs);
const by = { user: 'U0LEAD', via: 'button' };
const entryOf = (event: object, one = chain) => one.seal({ seq: 3, at: 100, event, prev: genesis }, 'rl-1');
const decision = entryOf({ type: 'taken', by });

describe('a line in the vault', () => {
  it('is read if it is exactly as Relight writes it', () => {
    expect(readLine(JSON.stringify(decision))).toEqual(decision);
    expect(readLine(JSON.stringify(entryOf({ type: 'any' }, createChain())))).toMatchObject({ seq: 3 });
  });

  it.each([
    ['is no JSON', '{'],
    ['has a blank', ` ${JSON.stringify(decision)}`],
    ['has another time', JSON.stringify({ ...decision, at: 101 })],
    ['has another number', JSON.stringify({ ...decision, seq: 4 })],
    ['has another event', JSON.stringify({ ...decision, event: { type: 'taken' } })],
    ['continues another line', JSON.stringify({ ...decision, prev: 'f'.repeat(64) })],
    ['has a field that its hash does not cover', JSON.stringify({ ...decision, more: 1 })],
    [
      'has a field in its proof that nobody reads',
      JSON.stringify({ ...decision, proof: { ...decision.proof, more: 1 } }),
    ],
    [
      'spells its proof in another way',
      JSON.stringify({ ...decision, proof: { ...decision.proof, mac: `${decision.proof?.mac}=` } }),
    ],
    [
      'spells its signature in another way',
      JSON.stringify({ ...decision, proof: { ...decision.proof, sig: `${decision.proof?.sig}\n` } }),
    ],
    [
      'has a number that counts nothing',
      JSON.stringify(chain.seal({ seq: -1, at: 1, event: { type: 'a' }, prev: '' }, 'rl-1')),
    ],
    ['has an event without a type', JSON.stringify(entryOf({}))],
  ])('is not sound if it %s', (_, line) => {
    expect(readLine(line)).toBeUndefined();
  });

  it('has one spelling of each text in base64', () => {
    expect(['', 'AA==', 'AAA=', 'AAAA'].map(isPlainBase64)).toEqual([true, true, true, true]);
    expect(['AA', 'AB==', 'AAAA=', 'A-_A', ' AAAA'].map(isPlainBase64)).toEqual([
      false,
      false,
      false,
      false,
      false,
    ]);
  });
});

describe('the check of who wrote the lines', () => {
  const all = {
    proofs,
    hasJournalKey: true,
    hasVerifyKey: true,
    hasHeadKey: true,
    needsSignature: () => true,
  };

  function foundIn(entry: typeof decision, keys = all, journal = 'rl-1'): readonly string[] {
    const found: string[] = [];
    checkProofs(journal, keys, (kind, says) => void found.push(`${kind}: ${says}`)).line(entry);
    return found;
  }

  const notWritten = 'unproven: entry 3 was not written with RELIGHT_JOURNAL_KEY';
  const notSigned = 'unproven: the decision in entry 3 is not signed by a process that takes clicks';
  const { sig: _, ...unsigned } = decision.proof ?? { mac: '' };

  it('finds nothing in a line with both proofs', () => {
    expect(foundIn(decision)).toEqual([]);
    expect(foundIn(entryOf({ type: 'any' }))).toEqual([]);
  });

  it('finds a line of another journal or another installation', () => {
    expect(foundIn(decision, all, 'rl-2')).toEqual([notWritten, notSigned]);
    expect(foundIn({ ...decision, proof: { ...unsigned, mac: 'AAAA' } })).toEqual([notWritten, notSigned]);
    expect(foundIn({ ...decision, proof: { ...decision.proof, mac: 'AAAA' } })).toEqual([notWritten]);
  });

  it('finds a decision without its signature, if a change rests on it', () => {
    expect(foundIn({ ...decision, proof: unsigned })).toEqual([notSigned]);
    expect(foundIn({ ...decision, proof: unsigned }, { ...all, needsSignature: () => false })).toEqual([]);
    expect(foundIn({ ...entryOf({ type: 'any' }), proof: entryOf({ type: 'any' }).proof })).toEqual([]);
    const wrong = { ...decision, proof: { ...unsigned, sig: 'AAAA' } };
    expect(foundIn(wrong, { ...all, needsSignature: () => false })).toEqual([notSigned]);
  });

  it('checks only what it has keys for', () => {
    const forged = { ...decision, proof: { mac: 'AAAA', sig: 'AAAA' } };

    expect(foundIn(forged, { ...all, hasJournalKey: false })).toEqual([notSigned]);
    expect(foundIn(forged, { ...all, hasVerifyKey: false })).toEqual([notWritten]);
  });

  it('counts the lines of earlier versions, which have no proof', () => {
    const check = checkProofs('rl-1', all, () => undefined);
    const { proof: _proof, ...bare } = decision;
    check.line(decision);
    expect(check.unproven()).toBeUndefined();
    check.line(bare);
    check.line({ ...bare, seq: 5 });

    expect(check.unproven()).toEqual({
      last: 5,
      says: '2 entries have no proof of who wrote them, the first is entry 3',
    });
  });
});
