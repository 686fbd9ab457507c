import { describe, expect, it } from 'vitest';
import { ruleIds, rules } from '../../../src/training-data/data-rules.ts';
import { fixes, fixIds, isFix } from '../../../src/training-data/fix/fixes.ts';
import { schemas } from '../../../src/training-data/schemas.ts';
import { fix, textOf } from './a-line.ts';

describe('a fix that needs approval', () => {
  const python = "{'question': 'How many?', 'answer': 'It is 7.\\n#### 7',}";
  const latin = Buffer.from('{"question": "Combien coûte un café à Zürich?", "answer": "#### 7"}', 'latin1');
  const quoted = '{"question": "“How many?” she asked", "answer": "#### 7"}';
  const long = `{"question": "${'x'.repeat(20_000)} how many?", "answer": "#### 7"}`;

  it('is not done by itself', () => {
    expect(fix(python, { schema: 'gsm8k' })).toMatchObject({ why: expect.stringMatching(/^loose-json/) });
    expect(fix(latin, { schema: 'gsm8k' })).toMatchObject({ why: expect.stringMatching(/^not-utf8/) });
    expect(textOf(fix(quoted, { schema: 'gsm8k' }))).toBe(quoted);
    expect(textOf(fix(long, { schema: 'gsm8k' }))).toBe(long);
  });

  it('writes a Python dict as JSON', () => {
    const fixed = fix(python, { schema: 'gsm8k', approved: ['loose-json'] });

    expect(JSON.parse(textOf(fixed))).toEqual({ question: 'How many?', answer: 'It is 7.\n#### 7' });
  });

  it('reads Latin-1 and leaves alone what was UTF-8 in the same line', () => {
    const mixed = Buffer.concat([latin.subarray(0, -1), Buffer.from(', "note": "naïve – 東京"}')]);

    expect(JSON.parse(textOf(fix(mixed, { schema: 'gsm8k', approved: ['not-utf8'] })))).toEqual({
      question: 'Combien coûte un café à Zürich?',
      answer: '#### 7',
      note: 'naïve – 東京',
    });
  });

  it('does not guess where Latin-1 has no such letter', () => {
    const windows = Buffer.concat([
      Buffer.from('{"question": "'),
      Buffer.from([0x93]),
      Buffer.from('How?", "answer": "#### 7"}'),
    ]);

    expect(fix(windows, { schema: 'gsm8k', approved: ['not-utf8'] })).toMatchObject({
      why: expect.stringMatching(/^not-utf8/),
    });
  });

  it('makes typographic quotes plain, but not in maths or in the ground truth', () => {
    const text = '{"question": "“How many?”", "hint": "$f‘(x)$", "answer": "It’s 7\\n#### 7"}';

    expect(JSON.parse(textOf(fix(text, { schema: 'gsm8k', approved: ['smart-quotes'] })))).toEqual({
      question: '"How many?"',
      hint: '$f‘(x)$',
      answer: 'It’s 7\n#### 7',
    });
  });

  it('cuts a long prompt at its beginning, down to the limit', () => {
    const fixed = fix(long, { schema: 'gsm8k', approved: ['over-long'] });
    const { question } = JSON.parse(textOf(fixed)) as { question: string };

    expect(question).toMatch(/^x+ how many\?$/);
    expect(question.length).toBe(4 * schemas.gsm8k.tokenLimit);
    expect(fixed).toMatchObject({ did: ['over-long'] });
  });
});

describe('the table of fixes', () => {
  it('has every fix that the rules promise, with the same need for approval, and no other but one', () => {
    const promised = ruleIds.flatMap((id) => {
      const { fix: kind } = rules[id];
      return kind === undefined ? [] : [`${id}: ${kind.needs}`];
    });
    const there = fixIds.map((id) => `${id}: ${fixes[id].needs}`);

    expect(there.toSorted()).toEqual([...promised, 'smart-quotes: approval'].toSorted());
    expect(isFix('constructor')).toBe(false);
  });
});
