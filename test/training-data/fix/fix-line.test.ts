import { describe, expect, it } from 'vitest';
import { type FixId, fixesWith } from '../../../src/training-data/fix/fixes.ts';
import { fixLine } from '../../../src/training-data/fix/rewrite/fix-line.ts';
import { schemas } from '../../../src/training-data/record-forms.ts';
import { fix, textOf } from './a-line.ts';

function verl(truth: string, question = '"What is 30 + 42?"', extra = ''): string {
  return `{"data_source": "openai/gsm8k", "prompt": [{"role": "user", "content": ${question}}], "ability": "math", "reward_model": {"style": "rule", "ground_truth": ${truth}}${extra}}`;
}

const good = verl('"72"');

describe('fix of a training data line', () => {
  it('returns it byte for byte if nothing is wrong', () => {
    const spaced = verl(
      '"72"',
      '"Caf\\u00e9 \\/ 1"',
      ', "extra_info": {"9": 1e2, "1": 12345678901234567890}',
    );

    expect(textOf(fix(spaced))).toBe(spaced);
    expect(fix(spaced)).toMatchObject({ did: [] });
  });

  it('keeps everything except the fixed value exactly, even numbers that JavaScript would round', () => {
    const extra = ', "extra_info": {"9": 1.0, "1": 12345678901234567890, "s": "\\u00e9"}';

    expect(textOf(fix(verl('"1,000"', undefined, extra)))).toBe(verl('"1000"', undefined, extra));
  });

  it.each<[string, string, FixId]>([
    ['"1,000"', '"1000"', 'ground-truth-format'],
    ['"$18"', '"18"', 'ground-truth-format'],
    ['"-$1,234,567.50"', '"-1234567.50"', 'ground-truth-format'],
    ['"72."', '"72"', 'ground-truth-format'],
    ['" 72 "', '"72"', 'ground-truth-format'],
    ['72', '"72"', 'ground-truth-type'],
    ['72.0', '"72"', 'ground-truth-type'],
    ['0.50', '"0.5"', 'ground-truth-type'],
    ['7e1', '"70"', 'ground-truth-type'],
    ['12345678901234567890', '"12345678901234567890"', 'ground-truth-type'],
  ])('changes the ground truth %s to %s', (before, after, name) => {
    const fixed = fix(verl(before));

    expect(textOf(fixed)).toBe(verl(after));
    expect(fixed).toMatchObject({ did: [name] });
  });

  it.each([
    ['null', /^ground-truth-empty/],
    ['""', /^ground-truth-empty/],
    ['NaN', /^ground-truth-empty/],
    ['"1,5"', /^ground-truth-format/],
    ['"12,34"', /^ground-truth-format/],
    ['"1234,567"', /^ground-truth-format/],
    ['"1 2"', /^ground-truth-format/],
    ['1.5e-7', /^ground-truth-type/],
    ['"seventy-two"', /^ground-truth-unverifiable/],
  ])('quarantines it rather than inventing an answer, with the ground truth %s', (truth, reason) => {
    expect(fix(verl(truth))).toMatchObject({ why: expect.stringMatching(reason) });
  });

  it.each<[string, string | Uint8Array, FixId]>([
    ['a byte order mark', `\ufeff${good}`, 'bom'],
    ['a Windows line ending', `${good}\r`, 'crlf'],
    ['a NaN elsewhere', verl('"72"', undefined, ', "score": NaN'), 'nan-literal'],
  ])('needs no approval for %s', (_, text, name) => {
    expect(fix(text)).toMatchObject({ kept: expect.anything(), did: [name] });
  });

  it.each([
    ['leading and trailing whitespace', verl('"72"', '"  What is 30 + 42?\\n"'), 'untrimmed'],
    ['decomposed characters', verl('"72"', '"Cafe\u0301?"'), 'not-nfc'],
  ] as const)('keeps %s, which may be meant, unless it is asked for', (_, text, name) => {
    expect(textOf(fix(text))).toBe(text);
    expect(fix(text, { approved: [name] })).toMatchObject({ kept: expect.anything(), did: [name] });
  });

  it('replaces NaN and Infinity with null, and keeps strings that contain NaN', () => {
    const text = verl('"72"', '"Is NaN a number?"', ', "a": -Infinity, "b": [NaN]');

    expect(JSON.parse(textOf(fix(text)))).toMatchObject({
      prompt: [{ content: 'Is NaN a number?' }],
      a: null,
      b: [null],
    });
  });

  it('combines several fixes if several things are wrong', () => {
    const text = `\ufeff${verl('1000', '" What is it? "')}\r`;

    const fixed = fix(text, { approved: ['untrimmed'] });

    expect(fixed).toMatchObject({ did: ['bom', 'crlf', 'ground-truth-type', 'untrimmed'] });
    expect(textOf(fixed)).toBe(verl('"1000"', '"What is it?"'));
  });

  it.each([
    ['blank', '  ', true, 'blank-line'],
    ['cut off at the end of the file', good.slice(0, 90), false, 'cut-last-line'],
    ['cut inside a character', Buffer.from(verl('"72"', '"é')).subarray(0, 84), false, 'cut-last-line'],
  ])('drops it if it is %s', (_, text, ended, name) => {
    expect(fix(text, { ended })).toEqual({ dropped: name });
  });

  it('only adds a newline to a complete line at the end of the file', () => {
    expect(fix(good, { ended: false })).toMatchObject({ did: ['no-final-newline'] });
  });

  it('keeps whitespace where plain prompt and completion are concatenated', () => {
    const text = '{"prompt": "The sky is", "completion": " blue."}';

    expect(textOf(fix(text, { schema: 'sft' }))).toBe(text);
  });

  it('keeps the remains of a LaTeX command at the beginning of a text', () => {
    const text = verl('"72"', '"\\frac{1}{2} of what?"');

    expect(textOf(fix(text))).toBe(text);
  });

  it.each([
    ['a line that is not JSON', '{"a": }', 'not-json'],
    ['a repeated key', good.replace('"ability"', '"data_source"'), 'duplicate-key'],
    ['half a surrogate pair', verl('"72"', '"\\ud83d what?"'), 'lone-surrogate'],
    ['a NUL byte', good.replace('30', '3\0'), 'nul-byte'],
    ['a list', '[1, 2]', 'not-object'],
    ['a missing ground truth', good.replace(', "ground_truth": "72"', ''), 'field-missing'],
  ])('quarantines %s', (_, text, rule) => {
    expect(fix(text)).toMatchObject({ why: expect.stringMatching(new RegExp(`^${rule}: `)) });
  });

  it('quarantines a line too long for memory', () => {
    const line = { line: 1, offset: 0, bytes: Buffer.from('{"a'), ended: true, tooLong: 20_000_000 };

    expect(fixLine(line, { schema: schemas.verl, fixes: fixesWith([]) })).toMatchObject({
      why: expect.stringMatching(/^line-too-long: .*20000000 bytes/),
    });
  });
});
