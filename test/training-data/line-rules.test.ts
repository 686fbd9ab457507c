import { describe, expect, it } from 'vitest';
import { type RuleId, rules } from '../../src/training-data/data-rules.ts';
import { gsm8kRow, gsm8kRows, jsonl, reportOn, withDefect } from './a-data-set.ts';

const { question, answer } = gsm8kRow(50);
const good = JSON.stringify({ question, answer });

/** The rule, row 51 of 200, and the detail of the sample. */
const defects: readonly (readonly [RuleId, string, string])[] = [
  ['not-json', good.replace('",', '"'), 'column'],
  ['loose-json', `{'question': 'Ada\\'s "marbles"?', 'answer': '#### 5'}`, 'quotes'],
  ['loose-json', good.replace('}', ',}'), 'commas'],
  ['loose-json', good.replace('}', ', "ok": True}'), 'words'],
  ['duplicate-key', good.replace('{', '{"question" : "Another?", '), 'question'],
  ['duplicate-key', good.replace('{', '{"question": "Another?", '), 'question'],
  ['duplicate-key', good.replace('{', '{"qu\\u0065stion" : "Another \\": one?", '), 'question'],
  ['duplicate-key', good.replace('}', ', "meta": {"a": 1, "a": 2}}'), 'a'],
  ['lone-surrogate', good.replace('marbles', 'marbles \\ud83d'), 'marbles'],
  ['nul-byte', good.replace('marbles', 'mar\0bles'), 'column'],
  ['nan-literal', good.replace('}', ', "score": NaN}'), 'nan'],
  ['nan-literal', good.replace('}', ', "score": -Infinity}'), 'nan'],
  ['not-object', '["question", "answer"]', 'question'],
  ['not-object', '42', '42'],
  ['field-missing', JSON.stringify({ question }), 'answer'],
  ['field-missing', JSON.stringify({ answer }), 'question'],
  ['field-null', JSON.stringify({ question: null, answer }), 'question'],
  ['field-empty', JSON.stringify({ question: ' \n', answer }), 'question'],
  ['field-type', JSON.stringify({ question: 7, answer }), 'question is number, not text'],
  ['ground-truth-empty', JSON.stringify({ question, answer: null }), 'answer'],
  ['ground-truth-empty', JSON.stringify({ question, answer: '' }), 'answer'],
  ['ground-truth-type', JSON.stringify({ question, answer: 72 }), '72'],
  ['ground-truth-unverifiable', JSON.stringify({ question, answer: 'It is 72.' }), '72'],
  ['ground-truth-unverifiable', JSON.stringify({ question, answer: '#### many' }), 'many'],
  ['mixed-schema', '{"prompt": "Say", "completion": "Said"}', 'sft'],
  ['control-characters', JSON.stringify({ question: `${question} \frac{1}{2}`, answer }), 'U+000C'],
  ['mojibake', JSON.stringify({ question: `${question} cafÃ©`, answer }), 'Ã©'],
  ['mojibake', JSON.stringify({ question: `${question} caf\ufffd`, answer }), '\ufffd'],
  ['untrimmed', JSON.stringify({ question: ` ${question}`, answer }), 'question'],
  ['not-nfc', JSON.stringify({ question: `${question} cafe\u0301`, answer }), 'cafe'],
  ['over-long', JSON.stringify({ question: 'x'.repeat(16_400), answer }), '4100 tokens'],
  ['extra-field', good.replace('}', ', "note": "seen"}'), 'note'],
];

describe('one broken record among 200', () => {
  it.each(defects)('is found: %s', async (rule, line, detail) => {
    const { byRule, samples, errors, broken, records } = await reportOn({
      'train.jsonl': jsonl(withDefect(line)),
    });

    const isError = rules[rule].severity === 'error';
    expect(byRule).toMatchObject({ [rule]: 1 });
    expect({ broken, records, errors: errors > 0 }).toEqual({
      broken: isError ? 1 : 0,
      records: 200,
      errors: isError,
    });
    const offset = Buffer.byteLength(jsonl(gsm8kRows(50)));
    const sample = samples.find((one) => one.rule === rule);
    expect(sample).toMatchObject({ object: 'data/gold/train.jsonl', line: 51, offset });
    expect(sample?.detail).toContain(detail);
  });

  it('is found with all of its problems', async () => {
    const line = `{"question": " ", "answer": NaN, "note": "Ã©"}`;

    const { byRule, broken } = await reportOn({ 'train.jsonl': jsonl(withDefect(line)) });

    expect(broken).toBe(1);
    expect(byRule).toEqual({
      'nan-literal': 1,
      'field-empty': 1,
      'ground-truth-empty': 1,
      mojibake: 1,
    });
  });

  it('is reported with the byte that is not UTF-8', async () => {
    const rows = withDefect('CUT');
    const [before, after] = jsonl(rows).split('CUT');
    const latin1 = Buffer.from('{"question": "caf\xe9 \xa3", "answer": "#### 1"}', 'latin1');
    const bytes = Buffer.concat([Buffer.from(before ?? ''), latin1, Buffer.from(after ?? '')]);

    const { byRule, samples } = await reportOn({ 'train.jsonl': bytes });

    expect(byRule).toEqual({ 'not-utf8': 1 });
    expect(samples[0]).toMatchObject({ line: 51, detail: 'byte 0xe9 at column 18' });
  });

  it('is distinguished: truncated by the end of the file, or not JSON', async () => {
    const whole = Buffer.from(jsonl([...gsm8kRows(3), JSON.stringify({ question: 'é', answer })]));
    const cuts = [whole.length - 3, whole.indexOf('é') + 1];

    for (const cut of cuts) {
      const { byRule, samples } = await reportOn({ 'train.jsonl': whole.subarray(0, cut) });

      expect(byRule).toEqual({ 'cut-last-line': 1 });
      expect(samples[0]).toMatchObject({ line: 4 });
    }
  });

  it('is not called truncated if the last line is complete but wrong', async () => {
    const { byRule } = await reportOn({ 'train.jsonl': `${jsonl(gsm8kRows(3))}no json` });

    expect(byRule).toEqual({ 'not-json': 1 });
  });

  it('is not held in memory if the line is longer than 16 MiB', async () => {
    const long = `{"question": "${'x'.repeat(17 * 1024 * 1024)}"}`;

    const { byRule, samples, records } = await reportOn(
      { 'train.jsonl': jsonl([...gsm8kRows(2), long, ...gsm8kRows(2, 2)]) },
      { pieceBytes: 5 * 1024 * 1024 },
    );

    expect({ byRule, records }).toEqual({ byRule: { 'line-too-long': 1 }, records: 5 });
    expect(samples[0]).toMatchObject({ line: 3 });
  });
});

describe('a defect that loaders accept silently', () => {
  it('is a warning: byte order mark, CR LF, blank lines, missing final newline', async () => {
    const rows = gsm8kRows(4);
    const text = `\ufeff${rows[0]}\r\n\n  \t\n${rows[1]}\n${rows[2]}\n${rows[3]}`;

    const { byRule, errors, records } = await reportOn({ 'train.jsonl': text });

    expect({ errors, records }).toEqual({ errors: 0, records: 4 });
    expect(byRule).toEqual({ bom: 1, crlf: 1, 'blank-line': 2, 'no-final-newline': 1 });
  });

  it('is not reported where text only looks like one', async () => {
    const row = {
      question: 'Is "a": 1, \\ud83d or NaN? 😀 naïve \\frac{1}{2}',
      answer: `“Yes”\n#### -1,000.5`,
    };

    const { byRule } = await reportOn({ 'train.jsonl': jsonl([JSON.stringify(row)]) });

    expect(byRule).toEqual({});
  });
});
