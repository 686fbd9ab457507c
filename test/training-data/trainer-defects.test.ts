import { describe, expect, it } from 'vitest';
import type { RuleId } from '../../src/training-data/data-rules.ts';
import type { Row } from './a-data-set.ts';
import { alpaca, assistant, dpo, kto, math, reportOnRows, steps, user } from './a-form.ts';

/** One defect among good records of its form: it breaks exactly one rule once. */
const defects: readonly (readonly [string, (n: number) => Row, Row, RuleId, string])[] = [
  ['no rejected answer', dpo, { prompt: [user('a')], chosen: [assistant('b')] }, 'field-missing', 'rejected'],
  ['null as rejected answer', dpo, { ...dpo(50), rejected: null }, 'field-null', 'rejected'],
  [
    'an empty rejected answer',
    dpo,
    { ...dpo(50), rejected: [assistant('')] },
    'field-empty',
    'rejected[0].content',
  ],
  ['an empty list as answer', dpo, { ...dpo(50), chosen: [] }, 'field-empty', 'chosen'],
  [
    'equal answers',
    dpo,
    { ...dpo(50), rejected: [assistant('It is.')] },
    'answers-equal',
    'chosen and rejected are the same',
  ],
  [
    'an answer of the user',
    dpo,
    { ...dpo(50), chosen: [user('It is.')] },
    'first-not-assistant',
    'chosen[0] is “user”',
  ],
  [
    'a prompt with its answer',
    dpo,
    { ...dpo(50), prompt: [user('a'), assistant('b')] },
    'last-role',
    'prompt ends with “assistant”, not user',
  ],
  [
    'answers to different prompts',
    (n) => ({ chosen: [user(`Say ${n}`), assistant('b')], rejected: [user(`Say ${n}`), assistant('c')] }),
    { chosen: [user('Say'), assistant('b')], rejected: [user('Tell'), assistant('c')] },
    'prompts-differ',
    'chosen and rejected begin with different messages',
  ],
  ['no label', kto, { prompt: 'Say', completion: ' yes' }, 'field-missing', 'label'],
  ['a label in words', kto, { ...kto(50), label: 'true' }, 'field-type', 'label is text, not true or false'],
  ['an empty completion', kto, { ...kto(50), completion: '' }, 'field-empty', 'completion'],
  [
    'fewer labels than steps',
    steps,
    { ...steps(50), labels: [true] },
    'label-count',
    '1 labels for 2 completions',
  ],
  ['no labels', steps, { prompt: 'Say', completions: ['a'] }, 'field-missing', 'labels'],
  ['an empty step', steps, { ...steps(50), completions: ['a', ' '] }, 'field-empty', 'completions[1]'],
  ['no output', alpaca, { instruction: 'Say', input: '' }, 'field-missing', 'output'],
  ['an empty output', alpaca, { ...alpaca(50), output: ' ' }, 'field-empty', 'output'],
  ['nothing asked', alpaca, { ...alpaca(50), instruction: '' }, 'field-empty', 'instruction'],
  [
    'half a turn in its history',
    alpaca,
    { ...alpaca(50), history: [['Hi']] },
    'field-type',
    'history[0] is not a question and an answer',
  ],
  [
    'no box',
    math,
    { problem: 'Compute.', solution: 'We get 64.' },
    'ground-truth-unverifiable',
    'solution ends “We get 64.”',
  ],
  [
    'an empty box',
    math,
    { problem: 'Compute.', solution: '$\\boxed{}$' },
    'ground-truth-unverifiable',
    'solution ends “$\\boxed{}$”',
  ],
  [
    'an open box',
    math,
    { problem: 'Compute.', solution: '$\\boxed{6$' },
    'ground-truth-unverifiable',
    'solution ends “$\\boxed{6$”',
  ],
];

describe('a defect in a form of today’s trainers', () => {
  it.each(defects)('is one finding: %s', async (_what, row, defect, rule, detail) => {
    const rows = Array.from({ length: 12 }, (_, n) => row(n));

    const { byRule, samples } = await reportOnRows([...rows.slice(0, 6), defect, ...rows.slice(6)]);

    expect(byRule).toEqual({ [rule]: 1 });
    expect(samples).toEqual([expect.objectContaining({ rule, line: 7, detail })]);
  });

  it('is not looked for where questions and answers are not those of GSM8K', async () => {
    const rows = Array.from({ length: 4 }, (_, n) => ({ question: `Who is ${n}?`, answer: `Ada ${n}` }));

    expect(await reportOnRows(rows)).toMatchObject({ schema: 'auto', errors: 0 });
    expect(await reportOnRows(rows, 'gsm8k')).toMatchObject({ errors: 4 });
  });
});
