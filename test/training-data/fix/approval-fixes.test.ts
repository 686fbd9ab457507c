import { describe, expect, it } from 'vitest';
import { ruleIds } from '../../../src/training-data/data-rules.ts';
import { fixIds, isFix } from '../../../src/training-data/fix/fixes.ts';
import { schemas } from '../../../src/training-data/record-forms.ts';
import { fix, textOf } from './a-line.ts';

describe('data fix that needs approval', () => {
  const python = "{'question': 'How many?', 'answer': 'It is 7.\\n#### 7',}";
  const latin = Buffer.from('{"question": "Combien coûte un café à Zürich?", "answer": "#### 7"}', 'latin1');
  const quoted = '{"question": "“How many?” she asked", "answer": "#### 7"}';
  const long = `{"question": "${'x'.repeat(20_000)} how many?", "answer": "#### 7"}`;

  it('is not run automatically', () => {
    expect(fix(python, { schema: 'gsm8k' })).toMatchObject({ why: expect.stringMatching(/^loose-json/) });
    expect(fix(latin, { schema: 'gsm8k' })).toMatchObject({ why: expect.stringMatching(/^not-utf8/) });
    expect(textOf(fix(quoted, { schema: 'gsm8k' }))).toBe(quoted);
    expect(textOf(fix(long, { schema: 'gsm8k' }))).toBe(long);
  });

  it('rewrites a Python dict as JSON', () => {
    const fixed = fix(python, { schema: 'gsm8k', approved: ['loose-json'] });

    expect(JSON.parse(textOf(fixed))).toEqual({ question: 'How many?', answer: 'It is 7.\n#### 7' });
  });

  it('decodes Latin-1 and leaves UTF-8 in the same line unchanged', () => {
    const mixed = Buffer.concat([latin.subarray(0, -1), Buffer.from(', "note": "naïve – 東京"}')]);

    expect(JSON.parse(textOf(fix(mixed, { schema: 'gsm8k', approved: ['not-utf8'] })))).toEqual({
      question: 'Combien coûte un café à Zürich?',
      answer: '#### 7',
      note: 'naïve – 東京',
    });
  });

  it('does not guess if a byte is not a Latin-1 character', () => {
    const windows = Buffer.concat([
      Buffer.from('{"question": "'),
      Buffer.from([0x93]),
      Buffer.from('How?", "answer": "#### 7"}'),
    ]);

    expect(fix(windows, { schema: 'gsm8k', approved: ['not-utf8'] })).toMatchObject({
      why: expect.stringMatching(/^not-utf8/),
    });
  });

  it('replaces typographic quotes, but not in math or in the ground truth', () => {
    const text = '{"question": "“How many?”", "hint": "$f‘(x)$", "answer": "It’s 7\\n#### 7"}';

    expect(JSON.parse(textOf(fix(text, { schema: 'gsm8k', approved: ['smart-quotes'] })))).toEqual({
      question: '"How many?"',
      hint: '$f‘(x)$',
      answer: 'It’s 7\n#### 7',
    });
  });

  it('cuts the beginning of a long prompt, down to the limit', () => {
    const fixed = fix(long, { schema: 'gsm8k', approved: ['over-long'] });
    const { question } = JSON.parse(textOf(fixed)) as { question: string };

    expect(question).toMatch(/^x+ how many\?$/);
    expect(question.length).toBe(4 * schemas.gsm8k.tokenLimit);
    expect(fixed).toMatchObject({ did: ['over-long'] });
  });
});

describe('table of fixes', () => {
  it('names each fix after the rule it resolves, except smart-quotes', () => {
    const unnamed = fixIds.filter((id) => !ruleIds.some((rule) => rule === id));

    expect(unnamed).toEqual(['smart-quotes']);
    expect(isFix('constructor')).toBe(false);
  });
});
