import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createHeadSigner, newestHead } from '../../src/audit/archive/head-signer.ts';
import {
  type Head,
  headIn,
  isSignedHead,
  nextLines,
  noLines,
  signHead,
} from '../../src/audit/archive/heads.ts';
import { createProofs, type Proofs } from '../../src/audit/proofs.ts';
import { checkHeads, checkStates } from '../../src/audit/verify/check-heads.ts';
import type { SoundLine } from '../../src/audit/verify/sound-line.ts';
import { newKeys } from '../../src/config/keys/new-keys.ts';
import { keysIn } from '../../src/config/keys/proof-keys.ts';
import { canonical } from '../../src/ports/canonical.ts';
import { memoryStore } from './memory-store.ts';

const newProofs = (): Proofs => createProofs(keysIn({ ...newKeys() }));
const proofs = newProofs();
const signer = createHeadSigner(proofs);
const at = Date.parse('2026-11-02T03:00:00Z');
const unsigned = {
  journal: 'rl-1',
  seq: 1,
  hash: 'h1',
  lines: nextLines(nextLines(noLines, 'line 0'), 'line 1'),
  at,
};

function headWith(changes: Partial<Head> = {}, by = proofs): Head {
  const head = signHead(by, { ...unsigned, ...changes });
  if (head === undefined) throw new Error('these proofs can sign');
  return head;
}

describe('a head', () => {
  it('is signed over everything that it says', () => {
    const head = headWith();

    expect(isSignedHead(proofs, head)).toBe(true);
    for (const changes of [
      { journal: 'rl-2' },
      { seq: 2 },
      { hash: 'h2' },
      { lines: noLines },
      { at: at + 1 },
    ])
      expect(isSignedHead(proofs, { ...head, ...changes })).toBe(false);
    expect(isSignedHead(newProofs(), head)).toBe(false);
    expect(signHead({ sign: () => undefined }, unsigned)).toBeUndefined();
  });

  it('covers all lines in their order, as they are stored', () => {
    const sha = (text: string): string => createHash('sha256').update(text).digest('hex');

    expect(noLines).toBe('0'.repeat(64));
    expect(nextLines(noLines, 'line 0')).toBe(sha(`${noLines}line 0`));
    expect(unsigned.lines).toBe(sha(`${sha(`${noLines}line 0`)}line 1`));
  });

  it('is read only as Relight writes it', () => {
    const head = headWith();

    expect(headIn(canonical(head))).toEqual(head);
    expect(headIn(` ${canonical(head)}`)).toBeUndefined();
    expect(headIn(canonical({ ...head, more: 1 }))).toBeUndefined();
    expect(headIn(canonical({ ...head, seq: -1 }))).toBeUndefined();
    expect(headIn('{')).toBeUndefined();
    expect(headIn(undefined)).toBeUndefined();
  });

  it('is the newest one of its journal in the vault, if its signature holds', async () => {
    const put = (...heads: readonly Head[]) =>
      memoryStore(new Map(heads.map((head) => [`heads/rl-1/0000000${head.seq}.json`, canonical(head)])));
    const newest = async (...heads: readonly Head[]) => newestHead(put(...heads), signer, 'rl-1');

    expect(await newest()).toBeUndefined();
    expect(await newest(headWith({ seq: 3 }), headWith())).toMatchObject({ seq: 3 });
    expect(await newest(headWith(), headWith({ seq: 3 }, newProofs()))).toBeUndefined();
    expect(await newest(headWith({ journal: 'rl-2' }))).toBeUndefined();
    expect(await newestHead(put(headWith()), signer, 'rl-2')).toBeUndefined();
    const ofOthers = ['heads/rl-2/00000001.json', canonical(headWith({ journal: 'rl-2' }))] as const;
    const beside = new Map([['heads/rl-1/00000001.json', canonical(headWith())], ofOthers]);
    expect(await newestHead(memoryStore(beside), signer, 'rl-1')).toMatchObject({ seq: 1 });
  });
});

describe('the check of a journal against its heads', () => {
  const sound = (seq: number, type = 'any'): SoundLine => ({
    seq,
    at,
    event: { type },
    prev: '',
    hash: `h${seq}`,
  });

  function checked(
    heads: readonly Head[],
    { lines = 2, hasHeadKey = true, broken = false, text = 'line' } = {},
  ): { readonly covered: number; readonly found: readonly (readonly [string, string])[] } {
    const found: (readonly [string, string])[] = [];
    const keys = { proofs, hasJournalKey: true, hasVerifyKey: true, hasHeadKey, needsSignature: () => false };
    const check = checkHeads(heads, keys, (kind, says) => void found.push([kind, says]));
    for (let seq = 0; seq < lines; seq += 1) check.line(`${text} ${seq}`, broken ? undefined : sound(seq));
    return { covered: check.end(), found };
  }

  it('finds nothing if each head saw exactly these lines', () => {
    expect(checked([headWith()])).toEqual({ covered: 1, found: [] });
    expect(checked([])).toEqual({ covered: -1, found: [] });
    expect(checked([headWith()], { lines: 3 })).toEqual({ covered: 1, found: [] });
  });

  it('finds a head that nobody signed who may, and does not count it', () => {
    const forged = headWith({}, newProofs());

    expect(checked([forged])).toEqual({
      covered: -1,
      found: [['head', 'the head of entry 1 is not signed by a process that takes clicks']],
    });
    expect(checked([forged], { hasHeadKey: false })).toEqual({ covered: 1, found: [] });
  });

  it('finds once that the lines are others than a head saw', () => {
    const says = 'the entries up to 1 are not those that a head saw at 2026-11-02T03:00:00.000Z';

    expect(checked([headWith({ hash: 'other' })]).found).toEqual([['fork', says]]);
    expect(checked([headWith()], { text: 'edited' })).toEqual({ covered: -1, found: [['fork', says]] });
    expect(checked([headWith()], { broken: true }).found).toEqual([['fork', says]]);
    expect(checked([headWith(), headWith({ seq: 2 })], { lines: 3, text: 'edited' }).found).toHaveLength(1);
  });

  it('finds that lines were cut off which a head has seen', () => {
    expect(checked([headWith()], { lines: 1 })).toEqual({
      covered: -1,
      found: [
        [
          'truncation',
          'it ends at entry 0, but its newest head, of 2026-11-02T03:00:00.000Z, covers entry 1',
        ],
      ],
    });
  });
});

describe('the check of a journal against the states of the vault', () => {
  const line = (seq: number, type: string): SoundLine => ({ seq, at, event: { type }, prev: '', hash: '' });

  function checked(
    states: readonly (readonly [number, 'closed' | 'reopened'])[],
    ...lines: readonly SoundLine[]
  ) {
    const found: (readonly [string, string])[] = [];
    const check = checkStates(new Map(states), (kind, says) => void found.push([kind, says]));
    for (const one of lines) check.line(one);
    check.end();
    return { closed: check.closed(), found };
  }

  it('tells whether the incident is closed', () => {
    expect(checked([], line(0, 'opened')).closed).toBe(false);
    expect(checked([], line(0, 'opened'), line(1, 'closed'), line(2, 'linked')).closed).toBe(true);
    expect(checked([], line(1, 'closed'), line(2, 'reopened')).closed).toBe(false);
    expect(checked([], { ...line(1, 'closed'), event: 'closed' }).closed).toBe(false);
    expect(checked([], { ...line(1, 'closed'), event: null }).closed).toBe(false);
    expect(checked([], { ...line(1, 'closed'), event: {} }).closed).toBe(false);
  });

  it('finds a state that its entry does not say', () => {
    const lines = [line(1, 'closed'), line(2, 'reopened'), line(3, 'linked')];

    expect(
      checked(
        [
          [1, 'closed'],
          [2, 'reopened'],
        ],
        ...lines,
      ).found,
    ).toEqual([]);
    expect(checked([[1, 'reopened']], ...lines).found).toEqual([
      ['state', 'the vault calls it reopened by entry 1, which does not say so'],
    ]);
    expect(
      checked(
        [
          [3, 'closed'],
          [9, 'closed'],
        ],
        ...lines,
      ).found,
    ).toHaveLength(2);
  });
});
