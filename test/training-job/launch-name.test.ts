import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isCopyOf, launchName, originalName } from '../../src/training-job/copy-names.ts';

const jobName = fc.stringMatching(/^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/).filter((name) => name.length <= 63);
const tries = fc.record({
  attempt: fc.integer({ min: 1, max: 120 }),
  id: fc.stringMatching(/^[0-9a-f]{16}$/),
});

describe('the name of a recovery', () => {
  it('is known for a copy of the job, however long the job’s name is, and of the copy’s copy', () => {
    fc.assert(
      fc.property(jobName, tries, tries, (job, one, other) => {
        const copy = launchName(job, one);
        expect(isCopyOf(job, copy) || copy === job).toBe(true);
        const next = launchName(copy, other);
        expect(isCopyOf(copy, next) || next === copy).toBe(true);
      }),
    );
  });

  it.each([
    ['srl-gold', 'srl-gold'],
    ['srl-gold', 'srl-gold-2'],
    ['srl-gold', 'srl-gold-2-r1-0123456789abcdef'],
    ['srl-gold-2', 'srl-gold-r1-0123456789abcdef'],
    ['srl-gold', 'srl-gold-r1-0123456789abcdeg'],
  ])('is not seen in another job’s: %s, %s', (job, name) => {
    expect(isCopyOf(job, name)).toBe(false);
  });

  it('holds the name from before', () => {
    expect(originalName('srl-gold-r2-0123456789abcdef')).toBe('srl-gold');
    expect(originalName('srl-gold')).toBe('srl-gold');
  });
});
