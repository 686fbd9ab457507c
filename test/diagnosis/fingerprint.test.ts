import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diagnoseJob } from '../../src/diagnosis/diagnose-job.ts';
import { withoutValues } from '../../src/diagnosis/facts/without-values.ts';
import { aJob } from '../support/fake-ports.ts';
import { composed, site, traceback } from './failure-reason.ts';

const failed = { status: 'Failed', secondaryStatus: 'Failed', failureReason: composed('see the log') };

/** The fingerprint of a failed job with this log. */
function fingerprintOf(log: string, changes: Readonly<Record<string, unknown>> = {}): string | undefined {
  return diagnoseJob(aJob({ ...failed, ...changes }), { logs: log.split('\n') }).fingerprint;
}

/** A crash in the user's own function below `main`, which the Trainer called. */
function crash(error: string, name = 'load_rows', file = '/opt/ml/code/rows.py'): string {
  const frames = [
    ['/opt/ml/code/train.py', 'main'],
    [file, name],
    [`${site}/datasets/table.py`, 'cast'],
  ] as const;
  return traceback(frames, error);
}

describe('the fingerprint of the same bug', () => {
  it.each([
    ['number', 'step 1200 has loss 3.5e-4', 'step 7 has loss 12'],
    ['step of a progress', 'no gradient at step 1200/5000', 'no gradient at step 80/6,000'],
    ['size', 'needs 31.5 GiB and 812 MiB are free', 'needs 2 GiB and 1.25 GiB are free'],
    ['path', 'bad header in /opt/ml/input/data/train/a.arrow', 'bad header in /mnt/nvme/part 7/b.parquet'],
    ['S3 address', 'bad header in s3://gold/run-1/a.arrow', 'bad header in s3://silver/2025/b.arrow'],
    ['quoted name', "rows of 'gold-train' have no text", "rows of 'silver' have no text"],
    ['job name', 'srl-rlvr-gold-20251104 has no rows', 'srl-rlvr-silver-20251203 has no rows'],
    [
      'UUID',
      'worker 3f2b8c1e-9d4a-4b61-8f0e-6a1f2c3d4e5f is gone',
      'worker 00c0ffee-1234-4abc-9def-0123456789ab is gone',
    ],
    ['hash', 'object 9ae41f03bc22 is truncated', 'object 01f3c9d2aa07 is truncated'],
    ['time', 'no heartbeat since 2025-11-04T12:00:01Z', 'no heartbeat since 2026-01-31T03:59:59.123Z'],
    ['host', 'lost the peer algo-1:29500 of the group', 'lost the peer algo-12:40123 of the group'],
    ['IP address', 'lost the peer 10.0.3.17:29500 early', 'lost the peer 10.2.111.4:1024 early'],
    ['address in memory', 'the buffer at 0x7f3a2c is freed', 'the buffer at 0x55d0e81b40 is freed'],
    ['list of numbers', 'got the shape [8, 2048, 151936]', 'got the shape [1, 77]'],
  ])('does not depend on a %s', (_, one, other) => {
    const fingerprint = fingerprintOf(crash(`RuntimeError: ${one}`));

    expect(fingerprint).toMatch(/^[0-9a-f]{16}$/);
    expect(fingerprintOf(crash(`RuntimeError: ${other}`))).toBe(fingerprint);
  });

  const error = crash('RuntimeError: the rows have no text');
  const moved = crash('RuntimeError: the rows have no text', 'load_rows', '/opt/ml/code/rows.py').replaceAll(
    /line \d+/g,
    'line 7',
  );

  it.each([
    ['the name of the job', error, { name: 'srl-rlvr-silver-20251203' }],
    ['the lines of an edited file', moved, {}],
    [
      'the steps before the crash',
      `step:900 - actor/pg_loss:0.02\nstep:901 - actor/pg_loss:0.01\n${error}`,
      {},
    ],
    ['the rank', error.replaceAll(/^/gm, '[rank3]: '), {}],
    ['the command in the FailureReason', error, { failureReason: composed('see the log', 1, 'of algo-3') }],
  ])('does not depend on %s', (_, log, changes) => {
    expect(fingerprintOf(log, changes)).toBe(fingerprintOf(error));
  });

  it('is the same for any numbers', () => {
    const number = fc.oneof(
      fc.nat().map(String),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
    );
    const text = ([a, b, c]: readonly string[]): string =>
      crash(`RuntimeError: row ${a} has ${b} tokens, more than ${c}`);
    const fingerprint = fingerprintOf(text(['1', '2', '3']));

    fc.assert(
      fc.property(fc.tuple(number, number, number), (numbers) => {
        expect(fingerprintOf(text(numbers))).toBe(fingerprint);
      }),
      { numRuns: 200 },
    );
  });
});

describe('the fingerprint of another bug', () => {
  const fingerprint = fingerprintOf(crash('RuntimeError: the rows have no text'));

  it.each([
    ['another exception', crash('ValueError: the rows have no text')],
    ['another function of the user', crash('RuntimeError: the rows have no text', 'save_rows')],
    [
      'another file of the user',
      crash('RuntimeError: the rows have no text', 'load_rows', '/opt/ml/code/prompts.py'),
    ],
    ['another message', crash('RuntimeError: the tokenizer has no padding token')],
  ])('differs with %s', (_, log) => {
    expect(fingerprintOf(log)).toMatch(/^[0-9a-f]{16}$/);
    expect(fingerprintOf(log)).not.toBe(fingerprint);
  });

  it.each([
    ["KeyError: 'prompt'", "KeyError: 'answer'"],
    ["ModuleNotFoundError: No module named 'trl'", "ModuleNotFoundError: No module named 'peft'"],
    [
      "AttributeError: 'LLM' object has no attribute 'x'",
      "AttributeError: 'LLM' object has no attribute 'y'",
    ],
  ])('differs if another name is missing: %s', (one, other) => {
    expect(fingerprintOf(crash(one))).not.toBe(fingerprintOf(crash(other)));
  });
});

describe('a failure that tells nothing', () => {
  it.each([
    ['only an exit code', { failureReason: 'AlgorithmError: , exit code: 1' }],
    ['a person who stopped it', { status: 'Stopped', secondaryStatus: 'Stopped', failureReason: '' }],
  ])('has no fingerprint: %s', (_, changes) => {
    expect(fingerprintOf('', changes)).toBeUndefined();
  });
});

describe('a secret in the message of an exception', () => {
  const secrets = [`hf_${'Ab3'.repeat(11)}q`, `AKIA${'QW3ERTY2'.repeat(2)}`, `ghp_${'aB3d'.repeat(9)}`];

  it.each(secrets)('is neither in the fingerprint nor in the text that is hashed: %s', (secret) => {
    const message = `the hub refuses token=${secret} of the run`;

    expect(withoutValues(message)).not.toContain(secret.slice(4, 16));
    expect(fingerprintOf(crash(`RuntimeError: ${message}`))).toMatch(/^[0-9a-f]{16}$/);
  });

  it('does not make it another bug', () => {
    const [one, other] = secrets.map((secret) =>
      fingerprintOf(crash(`RuntimeError: refused: token=${secret}`)),
    );

    expect(one).toBe(other);
  });
});
