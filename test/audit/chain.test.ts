import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createChain, firstBreak, genesis, isDecision, isSignedDecision } from '../../src/audit/chain.ts';
import { createProofs, type Proofs } from '../../src/audit/proofs.ts';
import { newKeys } from '../../src/config/keys/new-keys.ts';
import { keysIn } from '../../src/config/keys/proof-keys.ts';
import type { Chain, Sealed } from '../../src/incidents/journal/chain-port.ts';

const newProofs = (): Proofs => createProofs(keysIn({ ...newKeys() }));
const by = { user: 'U0LEAD', via: 'button' };
const decision = { type: 'taken', by };
const automatic = { type: 'closed', why: 'done' };

function linesOf(chain: Chain, ...events: readonly object[]): readonly Sealed<object>[] {
  const lines: Sealed<object>[] = [];
  for (const [seq, event] of events.entries())
    lines.push(chain.seal({ seq, at: 100 + seq, event, prev: lines.at(-1)?.hash ?? chain.genesis }, 'rl-1'));
  return lines;
}

describe('a line of a journal', () => {
  it('has the hash of its own content and of the line before', () => {
    const [first, second] = linesOf(createChain(), automatic, decision);
    const text = `{"at":100,"event":{"type":"closed","why":"done"},"prev":"${'0'.repeat(64)}","seq":0}`;

    expect(genesis).toBe('0'.repeat(64));
    expect(first?.hash).toBe(createHash('sha256').update(text).digest('hex'));
    expect(second?.prev).toBe(first?.hash);
    expect(first).not.toHaveProperty('proof');
  });

  it('is proven by its writer, and signed if a person decided it', () => {
    const proofs = newProofs();
    const [first, second] = linesOf(createChain(proofs), automatic, decision);

    expect(first?.proof).toEqual({ mac: proofs.mac('journal', ['rl-1', first?.hash ?? '']) });
    expect(second?.proof).toEqual({
      mac: proofs.mac('journal', ['rl-1', second?.hash ?? '']),
      sig: proofs.sign('decision', ['rl-1', second?.hash ?? '']),
    });
  });

  it('has no signature if its writer has no signing key', () => {
    const proofs = { ...newProofs(), sign: () => undefined };

    expect(linesOf(createChain(proofs), decision)[0]?.proof).not.toHaveProperty('sig');
  });
});

describe('the check of a line', () => {
  const proofs = newProofs();
  const chain = createChain(proofs);
  const [first, second] = linesOf(chain, automatic, decision);
  const at = (seq: number, prev: string | undefined, journal = 'rl-1') => ({
    journal,
    seq,
    prev: prev ?? '',
  });
  const problem = (one: Chain, line: unknown, place: Parameters<Chain['check']>[1]): string => {
    try {
      return one.check(line, place);
    } catch (thrown) {
      return String(thrown);
    }
  };

  it('returns the hash that the next line continues', () => {
    expect(chain.check(first, at(0, genesis))).toBe(first?.hash);
    expect(chain.check(second, at(1, first?.hash))).toBe(second?.hash);
  });

  it.each([
    ['in another place', at(1, genesis)],
    ['after another line', at(0, 'f'.repeat(64))],
  ])('refuses a line %s', (_, place) => {
    expect(problem(chain, first, place)).toContain('does not match the hashes before it');
  });

  it.each([
    ['event', { event: decision }],
    ['time', { at: 7 }],
    ['hash', { hash: 'f'.repeat(64) }],
  ])('refuses a line with another %s', (_, changes) => {
    expect(() => chain.check({ ...first, ...changes }, at(0, genesis))).toThrow(
      expect.objectContaining({
        code: 'journal-forged',
        detail: 'entry 0 of rl-1 does not match the hashes before it',
      }) as Error,
    );
  });

  it('refuses a line of another journal, of another installation, or without a proof', () => {
    const { proof: _, ...bare } = first ?? {};
    const others = linesOf(createChain(newProofs()), automatic)[0];

    expect(problem(chain, first, at(0, genesis, 'rl-2'))).toContain('entry 0 of rl-2 was not written with');
    expect(problem(chain, others, at(0, genesis))).toContain('was not written with RELIGHT_JOURNAL_KEY');
    expect(problem(chain, bare, at(0, genesis))).toContain('has no proof of who wrote it');
  });

  it('takes lines without a proof only while an upgrade lasts, and never a wrong proof', () => {
    const { proof: _, ...bare } = first ?? {};
    const upgrading = createChain(proofs, () => true);

    expect(upgrading.check(bare, at(0, genesis))).toBe(first?.hash);
    expect(problem(upgrading, { ...bare, proof: { mac: 'AAAA' } }, at(0, genesis))).toContain(
      'was not written',
    );
  });

  it('compares only the hashes without keys', () => {
    const { proof: _, ...bare } = first ?? {};

    expect(createChain().check(bare, at(0, genesis))).toBe(first?.hash);
    expect(problem(createChain(), { ...bare, at: 7 }, at(0, genesis))).toContain('does not match');
  });

  it('throws for what is no line', () => {
    expect(() => chain.check({ seq: 0 }, at(0, genesis))).toThrow();
    expect(() => chain.check('text', at(0, genesis))).toThrow();
  });
});

describe('a chain of lines', () => {
  const lines = linesOf(createChain(), automatic, decision, automatic);

  it('breaks at the first line that was changed, left out or moved', () => {
    const [first, second, third] = lines;
    if (first === undefined || second === undefined || third === undefined) throw new Error('three lines');

    expect(firstBreak(lines)).toBeUndefined();
    expect(firstBreak([])).toBeUndefined();
    expect(firstBreak([first, { ...second, at: 7 }, third])).toBe(1);
    expect(firstBreak([first, third])).toBe(1);
    expect(firstBreak([second, third])).toBe(0);
    expect(firstBreak([first, third, second])).toBe(1);
    expect(firstBreak([{ ...first, seq: 1 }])).toBe(0);
  });
});

describe('a decision', () => {
  it('is an event that a person caused', () => {
    expect(isDecision(decision)).toBe(true);
    expect(isDecision({ by: { user: 'U0LEAD' } })).toBe(true);
    expect(isDecision(automatic)).toBe(false);
    expect(isDecision({ by: { user: 'autopilot' } })).toBe(false);
    expect(isDecision({ by: 'U0LEAD' })).toBe(false);
    expect(isDecision(undefined)).toBe(false);
  });

  it('is signed if its signature is of this line and this journal', () => {
    const proofs = newProofs();
    const [line] = linesOf(createChain(proofs), decision);
    const { hash = '' } = line ?? {};

    expect(isSignedDecision(proofs, { hash, proof: line?.proof }, 'rl-1')).toBe(true);
    expect(isSignedDecision(proofs, { hash, proof: line?.proof }, 'rl-2')).toBe(false);
    expect(isSignedDecision(proofs, { hash: genesis, proof: line?.proof }, 'rl-1')).toBe(false);
    expect(isSignedDecision(proofs, { hash, proof: {} }, 'rl-1')).toBe(false);
    expect(isSignedDecision(proofs, { hash }, 'rl-1')).toBe(false);
    expect(
      isSignedDecision(proofs, { hash, proof: { sig: proofs.sign('head', ['rl-1', hash]) } }, 'rl-1'),
    ).toBe(false);
  });
});
