import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rules } from '../../src/diagnosis/rules/all-rules.ts';
import { serviceRules } from '../../src/diagnosis/rules/service-rules.ts';
import { classify, composed, cut, longWay, traceback } from './failure-reason.ts';
import { failuresInTheWild } from './failures-in-the-wild.ts';

describe('a failure that people reported', () => {
  it.each(failuresInTheWild)('is $kind: $text ($source)', ({ kind, text, by }) => {
    expect(classify(by === 'service' ? text : composed(text)).kind).toBe(kind);
  });

  it.each(failuresInTheWild.filter(({ by, kind }) => by === 'script' && kind !== 'unknown'))(
    'is $kind with its log, and unknown without, if the FailureReason is truncated before: $text',
    ({ kind, text }) => {
      const whole = traceback(longWay, text);
      const reason = composed(whole);
      expect(reason).toHaveLength(1024);
      expect(reason).not.toContain(text);
      expect(classify(reason)).toMatchObject({ kind: 'unknown', confidence: 'low' });
      const byLog = classify(reason, whole);
      expect(byLog.kind).toBe(kind);
      expect(byLog.confidence).not.toBe('high');
      expect(byLog.evidence[0]).toMatch(/^Log: /);
    },
  );

  it.each([
    ['AlgorithmError: Exit Code: 139', /segmentation fault/],
    ['AlgorithmError: , exit code: 127', /entry point/],
    ['ResourceInUse: Training job names must be unique within an AWS account', /another name/],
    ['1 validation error detected: Member must satisfy regular expression pattern', /correct it/],
  ])('is unknown, with a hint that narrows the search: %s', (reason, hint) => {
    expect(classify(reason).evidence).toContainEqual(expect.stringMatching(hint));
  });
});

describe('a hang', () => {
  const timeout =
    'Watchdog caught collective operation timeout: WorkNCCL(SeqNum=1, Timeout(ms)=600000) ran for 600009 milliseconds';

  it('is a full disk if the log says so, and both are shown as evidence', () => {
    expect(
      classify(composed(timeout), 'step 3\nOSError: [Errno 28] No space left on device\nstep 4'),
    ).toMatchObject({
      kind: 'disk_full',
      confidence: 'medium',
      evidence: [expect.stringContaining('No space left'), expect.stringContaining('Watchdog caught')],
    });
  });

  it('is GPU out of memory if the first rank died of it', () => {
    expect(classify(composed(timeout), 'torch.OutOfMemoryError: CUDA out of memory.').kind).toBe('oom_gpu');
  });

  it('is only suspected if nothing else is known', () => {
    expect(classify(composed(timeout))).toMatchObject({ kind: 'hang_or_nccl', confidence: 'low' });
  });
});

describe('text without a known pattern', () => {
  const known = [...rules, ...serviceRules];
  const unknownText = fc
    .string({ unit: 'binary', maxLength: 2_000 })
    .filter((text) => !known.some(({ says }) => says.test(text)));

  it('is never diagnosed and never crashes the classifier', () => {
    fc.assert(
      fc.property(unknownText, unknownText, (reason, log) => {
        expect(classify(cut(reason), log)).toMatchObject({ kind: 'unknown', confidence: 'low' });
      }),
      { numRuns: 300 },
    );
  });

  it('stays unknown even if it contains single words of the patterns', () => {
    const words = fc.constantFrom(
      'step',
      'memory',
      'CUDA',
      'checkpoint',
      'data',
      'error',
      'S3',
      'denied',
      'NCCL',
      'disk',
      '404',
      'load',
    );
    fc.assert(
      fc.property(fc.array(words, { maxLength: 40 }), (said) => {
        expect(classify(said.join(' ')).kind).toBe('unknown');
      }),
    );
  });
});
