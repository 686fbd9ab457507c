import { describe, expect, it } from 'vitest';
import { holdingAmong, lapsedAmong, lapseInWords } from '../../../src/incidents/model/approvals.ts';

const minute = 60_000;
const now = 100 * minute;
const at = (minutes: number, by = 'U0LEAD') => ({ by, at: now - minutes * minute });

describe('an approval', () => {
  it('is valid for 15 minutes', () => {
    expect(holdingAmong([at(15)], now)).toEqual([at(15)]);
    expect(lapsedAmong([at(15)], now)).toEqual([]);
    expect(holdingAmong([at(15)], now + 1)).toEqual([]);
    expect(lapsedAmong([at(15)], now + 1)).toEqual([at(15)]);
  });

  it('is valid for up to an hour before it was given, after the clock was set back', () => {
    expect(holdingAmong([at(-60)], now)).toEqual([at(-60)]);
    expect(holdingAmong([at(-60)], now - 1)).toEqual([]);
  });

  it('has its own period: one that lapses takes no other with it', () => {
    const [old, fresh] = [at(16), at(2, 'U0OTHER')];

    expect(lapsedAmong([old, fresh], now)).toEqual([old]);
    expect(holdingAmong([old, fresh], now)).toEqual([fresh]);
  });

  it('that lapsed is told with its age, rounded up', () => {
    expect(lapseInWords([at(16)], now)).toBe('it was given 16 min ago and is valid for 15 min');
    expect(lapseInWords([at(15)], now + 1)).toBe('it was given 16 min ago and is valid for 15 min');
    expect(lapseInWords([at(20), at(16)], now)).toBe(
      'they were given up to 20 min ago, and each is valid for 15 min',
    );
    expect(lapseInWords([at(-61)], now)).toBe(
      'the clock of Redis was set back by more than an hour after it was given',
    );
    expect(lapseInWords([at(0)], now)).toBe('it was given 0 min ago and is valid for 15 min');
    expect(lapseInWords([at(-61), at(20)], now)).toContain('set back');
  });
});
