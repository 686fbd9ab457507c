import { describe, expect, it } from 'vitest';
import { type SeenBefore, seenInWords } from '../../../src/ports/history/seen-before.ts';

const minute = 60_000;

function words(changes: Partial<SeenBefore> = {}, last: Partial<SeenBefore['last']> = {}): string {
  return seenInWords({
    times: 3,
    more: false,
    since: Date.UTC(2025, 9, 3, 23),
    asOf: Date.UTC(2025, 10, 4),
    ...changes,
    last: { incident: 'rl-a2b3c4d5', end: 'recovered', minutes: 14, ...last },
  });
}

describe('the line about earlier incidents', () => {
  it.each([
    [{ times: 1 }, 'Seen once before, on October 3 in rl-a2b3c4d5;'],
    [{ times: 2 }, 'Seen 2 times since October 3, last in rl-a2b3c4d5;'],
    [{ times: 1, more: true }, 'Seen at least once before, on October 3 in rl-a2b3c4d5;'],
    [{ times: 100, more: true }, 'Seen at least 100 times since October 3, last in rl-a2b3c4d5;'],
  ])('counts %j', (changes, says) => {
    expect(words(changes).startsWith(says)).toBe(true);
  });

  it('gives the year only if it is another one', () => {
    expect(words({ asOf: Date.UTC(2026, 0, 1) })).toContain('since October 3, 2025,');
    expect(words({ asOf: Date.UTC(2026, 0, 1) - minute })).toContain('since October 3,');
    expect(words({ asOf: Date.UTC(2026, 0, 1) - minute })).not.toContain('2025');
  });

  it.each([
    [{ end: 'recovered', by: 'Resume training' }, 'recovered by “Resume training” in 14 min'],
    [{ end: 'recovered' }, 'recovered without a change in 14 min'],
    [{ end: 'recovered', minutes: 1 }, 'recovered without a change in 1 min'],
    [{ end: 'elsewhere' }, 'recovered outside Relight in 14 min'],
    [{ end: 'by-person', minutes: 150 }, 'not recovered: closed by hand after 2 h 30 min'],
    [{ end: 'closed' }, 'not recovered: closed after 14 min'],
    [{ end: 'open' }, 'not recovered yet'],
  ] as const)('says how the last one ended: %j', (last, says) => {
    expect(words({}, last)).toBe(`Seen 3 times since October 3, last in rl-a2b3c4d5; ${says}`);
  });
});
