import { describe, expect, it } from 'vitest';
import type { RuleId } from '../../src/training-data/data-rules.ts';
import type { Row } from './a-data-set.ts';
import { reportOnRows, user } from './a-form.ts';

const gsm8k = (answer: string): Row => ({ question: 'How many?', answer: `It is so.\n${answer}` });

describe('answers of GSM8K', () => {
  it.each([
    '18',
    '1,234',
    '12,345.50',
    '12 apples',
    '5%',
    '5 %',
    '5 dollars',
    '-3',
    '.5',
    '3.',
    '0.75',
    '5 (five)',
  ])('are read by its scorer: #### %s', async (answer) => {
    expect((await reportOnRows([gsm8k(`#### ${answer}`)], 'gsm8k')).errors).toBe(0);
  });

  it.each([
    '$18',
    '€18',
    '1/2',
    '1 1/2',
    '10:30',
    '1 200',
    '3,5',
    '3-4',
    '3 or 4',
    '2 million',
    '1e3',
    '+5',
    '−5',
    '- 5',
    'x = 5',
    '\\boxed{5}',
    '.',
    '',
  ])('are misread or not found by its scorer: #### %s', async (answer) => {
    expect(await reportOnRows([gsm8k(`#### ${answer}`)], 'gsm8k')).toMatchObject({
      errors: 1,
      byRule: { 'ground-truth-unverifiable': 1 },
    });
  });

  it.each(['18', '####18', '### 18', 'The answer is 18.'])('need the mark: %s', async (answer) => {
    expect((await reportOnRows([gsm8k(answer)], 'gsm8k')).errors).toBe(1);
  });
});

const openInstruct = (dataset: unknown, ground_truth: unknown): Row => ({
  messages: [user('What is it?')],
  ground_truth,
  dataset,
});

const constraints = "[{'instruction_id': ['length_constraints:number_words'], 'kwargs': [{'N': 3}]}]";

describe('ground truths of open-instruct', () => {
  it.each([
    ['gsm8k', '18'],
    ['GSM8K', 18],
    ['math', '\\text{east}'],
    ['MATH', '\\frac{1}{2}'],
    ['strict_math', 'x + 1'],
    ['ifeval', constraints],
    ['ifeval_old', '{"func_name": "validate_lowercase"}'],
    ['ifeval_old', { func_name: 'validate_lowercase' }],
    ['string_matcher', 'Paris'],
    ['string_f1', ['Paris', 'Lyon']],
    ['puzzle', 'Ada'],
    ['flan', 'yes'],
    ['re_search', ['Paris']],
    ['re_search_f1', '["Paris"]'],
    ['max_length', '800'],
    ['up_to_max_length', 800],
    ['code', '["assert f(1) == 2"]'],
    ['code', ['assert f(1) == 2']],
    ['code_stdio', '[{"input": "1", "output": "2"}]'],
    ['rubric', { query: 'What?', rubrics: [{ description: 'short', weight: 1 }] }],
    ['general-quality', 'n/a'],
    ['general-web_instruct_general_verifier', '18'],
    ['passthrough', 'whatever'],
    [
      ['math', 'ifeval'],
      ['18', constraints],
    ],
    [['gsm8k'], '18'],
  ])('are read by the verifier %j: %j', async (dataset, truth) => {
    expect((await reportOnRows([openInstruct(dataset, truth)])).errors).toBe(0);
  });

  it.each<readonly [unknown, unknown, RuleId]>([
    ['gsm8k', '3,000', 'ground-truth-format'],
    ['gsm8k', '$18', 'ground-truth-format'],
    ['gsm8k', '1/2', 'ground-truth-unverifiable'],
    ['gsm8k', ['18'], 'field-type'],
    ['math', 18, 'ground-truth-type'],
    ['math', ['18'], 'field-type'],
    ['math', '\\frac{1}{2', 'ground-truth-unverifiable'],
    ['ifeval', { instruction_id: [], kwargs: [] }, 'field-type'],
    ['ifeval', 'use three words', 'ground-truth-unverifiable'],
    ['ifeval_old', '{"N": 3}', 'ground-truth-unverifiable'],
    ['string_matcher', ['Paris'], 'field-type'],
    ['re_search_f1', ['Paris'], 'field-type'],
    ['max_length', '1,000', 'ground-truth-unverifiable'],
    ['max_length', 'long', 'ground-truth-unverifiable'],
    ['code', 'x = 1', 'ground-truth-unverifiable'],
    ['code', [], 'ground-truth-empty'],
    ['rubric', '{"rubrics": []}', 'ground-truth-unverifiable'],
    ['puzzle', ' ', 'ground-truth-empty'],
    ['gsm8k_hard', '18', 'verifier-unknown'],
    ['code_stdin', '["a"]', 'verifier-unknown'],
    [['math', 'unheard-of'], ['1', '2'], 'verifier-unknown'],
    [['math', 'ifeval'], ['18'], 'ground-truth-unverifiable'],
    [['math'], ['1', '2'], 'ground-truth-unverifiable'],
  ])('are never matched by the verifier %j: %j', async (dataset, truth, rule) => {
    expect((await reportOnRows([openInstruct(dataset, truth)])).byRule).toEqual({ [rule]: 1 });
  });
});

const verl = (data_source: string, ground_truth: unknown): Row => ({
  data_source,
  prompt: [user('What is it?')],
  reward_model: { style: 'rule', ground_truth },
});

const cases = { inputs: ['1'], outputs: ['2'] };

describe('ground truths of verl', () => {
  it.each([
    ['openai/gsm8k', '-18.5'],
    ['lighteval/MATH', '\\text{east}'],
    ['HuggingFaceH4/MATH-500', '\\left(3, \\frac{\\pi}{2}\\right)'],
    ['math_dapo', '34'],
    ['math_dapo_reasoning', '34'],
    ['aime_2024', '204'],
    ['numina_olympiads', 'x = 2'],
    ['hiyouga/geometry3k', '\\sqrt{3}'],
    ['codecontests', cases],
    ['taco', JSON.stringify(cases)],
    ['searchR1_nq', { target: ['Paris'] }],
  ])('are read by the scorer of %s: %j', async (source, truth) => {
    expect((await reportOnRows([verl(source, truth)])).errors).toBe(0);
  });

  it.each<readonly [string, unknown, RuleId]>([
    ['openai/gsm8k', '1,234', 'ground-truth-format'],
    ['openai/gsm8k', ['18'], 'field-type'],
    ['openai/gsm8k', { answer: '18' }, 'field-type'],
    ['lighteval/MATH', 18, 'ground-truth-type'],
    ['apps', '["1"]', 'ground-truth-unverifiable'],
    ['apps', { inputs: ['1'], outputs: [] }, 'ground-truth-unverifiable'],
    ['searchR1_nq', 'Paris', 'field-type'],
    ['searchR1_nq', { answers: ['Paris'] }, 'ground-truth-unverifiable'],
    ['openai/GSM8K', '18', 'data-source-unknown'],
    ['numina_anything', '18', 'data-source-unknown'],
    ['searchR1_other', { target: ['Paris'] }, 'data-source-unknown'],
  ])('are never matched by the scorer of %s: %j', async (source, truth, rule) => {
    expect((await reportOnRows([verl(source, truth)])).byRule).toEqual({ [rule]: 1 });
  });
});
