import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { excerptOf } from '../../../src/diagnosis/logs/error-excerpt.ts';
import { firstFailure } from '../../../src/diagnosis/logs/first-failure.ts';
import { badRow, eachLine, fullDisk, outOfMemory, torchrunReport, watchdog } from './training-logs.ts';

/** Arbitrary text, and pieces of real logs in combinations that no real log has. */
const piece = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.constantFrom(
    ...[outOfMemory, fullDisk, badRow, torchrunReport(1), watchdog].flatMap((text) => text.split('\n')),
    'Traceback (most recent call last):',
    'During handling of the above exception, another exception occurred:',
    '',
    '  ',
    '\r\r\r',
    '\u001b[31m',
    '[rank999999]:',
  ),
  fc.constantFrom(outOfMemory, fullDisk, eachLine('[rank3]: ', badRow), torchrunReport(3)),
  fc.string({ maxLength: 40 }).map((text) => text.repeat(500)),
);
const log = fc.array(fc.record({ at: fc.integer({ min: 0, max: 5_000_000 }), text: piece }), {
  maxLength: 60,
});

describe('the excerpt of an error', () => {
  it('is at most 40 lines and 3,000 characters of plain text, whatever the log contains', () => {
    fc.assert(
      fc.property(log, log, (one, other) => {
        const found = firstFailure([
          { host: 'algo-1', lines: one },
          { host: 'algo-2', lines: other },
        ]);
        for (const lines of [found?.lines ?? [], one.map(({ text }) => text)]) {
          const excerpt = excerptOf(lines);
          expect(excerpt.length).toBeLessThanOrEqual(40);
          expect(excerpt.join('\n').length).toBeLessThanOrEqual(3_000);
          expect(excerpt.join('')).not.toMatch(/[\p{Cc}\p{Cs}]/u);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('is found within seconds in the largest log that is read, even if it is full of errors', () => {
    const lines = Array.from({ length: 1_000 }, (_, at) => ({ at, text: 'ERROR: again\r'.repeat(5) }));
    const hosts = Array.from({ length: 64 }, (_, host) => ({ host: `algo-${host + 1}`, lines }));
    const started = performance.now();

    const found = firstFailure(hosts);

    expect(excerptOf(found?.lines ?? [])).toContain('ERROR: again');
    expect(performance.now() - started).toBeLessThan(5_000);
  });

  it('is the whole traceback if it is short', () => {
    expect(excerptOf(fullDisk.split('\n'))).toEqual(fullDisk.split('\n'));
  });

  it('keeps both exceptions of a deep traceback and says how much it leaves out', () => {
    const frames = Array.from({ length: 300 }, (_, frame) => `  File "model.py", line ${frame}, in forward`);
    const [head = '', ...rest] = badRow.split('\n');

    const excerpt = excerptOf([head, ...frames, ...rest]);

    expect(excerpt[0]).toBe(head);
    expect(excerpt[1]).toBe('  … 272 lines left out');
    expect(excerpt[2]).toBe('  File "model.py", line 272, in forward');
    expect(excerpt.slice(-rest.length)).toEqual(rest);
    expect(excerpt).toHaveLength(40);
  });

  it('truncates a line that would fill it alone, without leaving part of a secret', () => {
    const long = `ValueError: ${'x'.repeat(3_970)} AKIAIOSFODNN7EXAMPLE ${'y'.repeat(9_000)}`;

    const [line = ''] = excerptOf([long]);

    expect(line).toHaveLength(400);
    expect(
      excerptOf([`${'AKIAIOSFODNN7EXAMPLE '.repeat(189)} see AKIAIOSFODNN7EXAMPLE`]).join(),
    ).not.toContain('AKIA');
  });

  it('is redacted', () => {
    expect(excerptOf(['ValueError: cannot log in', '  with --token hf_aaaaaaaaaaaaaaaaaaaaaaaa'])).toEqual([
      'ValueError: cannot log in',
      '  with --token [redacted]',
    ]);
  });
});
