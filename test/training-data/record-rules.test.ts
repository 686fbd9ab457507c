import { describe, expect, it } from 'vitest';
import type { RuleId } from '../../src/training-data/data-rules.ts';
import type { SchemaName } from '../../src/training-data/schemas.ts';
import { jsonl, type Row, reportOn } from './a-data-set.ts';

const user = (content: unknown): Row => ({ role: 'user', content });
const says = (role: string, content: unknown = 'Fine.'): Row => ({ role, content });

/** A valid record of each form; `n` makes them different. */
const good: Readonly<Record<Exclude<SchemaName, 'auto' | 'gsm8k'>, (n: number) => Row>> = {
  verl: (n) => ({
    data_source: 'openai/gsm8k',
    prompt: [user(`What is ${n} + 1?`)],
    ability: 'math',
    reward_model: { style: 'rule', ground_truth: String(n + 1) },
    extra_info: { split: 'train', index: n },
  }),
  trl: (n) => ({ prompt: [user(`What is ${n} + 1?`)], solution: `$${n + 1}$` }),
  open_instruct: (n) => ({ messages: [user(`What is ${n}?`)], ground_truth: `${n}`, dataset: 'gsm8k' }),
  sft: (n) => ({ messages: [says('system'), user(`What is ${n}?`), says('assistant')] }),
  preference: (n) => ({
    prompt: [user(`What is ${n}?`)],
    chosen: [says('assistant', `${n}`)],
    rejected: [says('assistant', `not ${n}`)],
  }),
  unpaired_preference: (n) => ({ prompt: `What is ${n}?`, completion: ` It is ${n}.`, label: n % 2 === 0 }),
  stepwise: (n) => ({ prompt: `What is ${n}?`, completions: ['Think.', `${n}`], labels: [true, n > 3] }),
  sharegpt: (n) => ({
    conversations: [
      { from: 'human', value: `What is ${n}?` },
      { from: 'gpt', value: `${n}` },
    ],
  }),
  alpaca: (n) => ({ instruction: 'Say the number.', input: `${n}`, output: `It is ${n}.` }),
  math: (n) => ({
    problem: `Compute ${n}.`,
    level: 'Level 1',
    type: 'Algebra',
    solution: `It is $\\boxed{${n}}$.`,
  }),
  srl_steps: (n) => ({ id: `p${n}`, problem: `What is ${n}?`, steps: ['First this.', 'Then that.'] }),
  srl_expanded: (n) => ({
    prompt: [user(`Problem ${Math.floor(n / 2)}, please.\nStep ${n % 2}`)],
    expert_action: `Take all ${n} terms together.`,
    step_index: n % 2,
    num_steps: 2,
    source_id: `p${Math.floor(n / 2)}`,
  }),
};

const forms = Object.keys(good) as (keyof typeof good)[];

function rowsOf(form: keyof typeof good, change: (row: Row) => Row): string {
  const rows = Array.from({ length: 20 }, (_, n) => good[form](n));
  return jsonl(rows.map((row, n) => JSON.stringify(n === 6 ? change(row) : row)));
}

function allRowsOf(form: keyof typeof good, change: (row: Row) => Row): string {
  return jsonl(Array.from({ length: 20 }, (_, n) => JSON.stringify(change(good[form](n)))));
}

const withField =
  (fields: Row) =>
  (row: Row): Row => ({ ...row, ...fields });

const withTruth = (ground_truth: unknown): ((row: Row) => Row) =>
  withField({ reward_model: { style: 'rule', ground_truth } });

const prompt = (...messages: readonly unknown[]): ((row: Row) => Row) => withField({ prompt: messages });

const defects: readonly (readonly [keyof typeof good, string, RuleId, (row: Row) => Row])[] = [
  ['verl', 'a data_source without a scorer', 'data-source-unknown', withField({ data_source: 'mine' })],
  ['verl', 'commas in its ground truth', 'ground-truth-format', withTruth('1,000')],
  ['verl', 'dollars as ground truth', 'ground-truth-format', withTruth('$18')],
  ['verl', 'a number as ground truth', 'ground-truth-type', withTruth(18)],
  ['verl', 'words as ground truth', 'ground-truth-unverifiable', withTruth('eighteen')],
  ['verl', 'a blank ground truth', 'ground-truth-empty', withTruth(' ')],
  ['verl', 'no ground truth', 'field-missing', withField({ reward_model: { style: 'rule' } })],
  ['verl', 'text where messages belong', 'field-type', withField({ prompt: 'What is 1?' })],
  ['verl', 'no prompt at all', 'field-empty', withField({ prompt: [] })],
  ['verl', 'null as prompt', 'field-null', withField({ prompt: null })],
  ['verl', 'a message that is text', 'field-type', prompt('What?')],
  ['verl', 'an unknown role', 'role-unknown', prompt(says('human'))],
  ['verl', 'no role', 'field-missing', prompt({ content: 'What?' })],
  ['verl', 'no content', 'field-missing', prompt({ role: 'user' })],
  ['verl', 'null as content', 'field-null', prompt(user(null))],
  ['verl', 'blank content', 'field-empty', prompt(user(' '))],
  ['verl', 'a number as content', 'field-type', prompt(user(7))],
  ['verl', 'a late system message', 'system-not-first', prompt(user('a'), says('system'), user('b'))],
  ['verl', 'an assistant message first', 'first-not-user', prompt(says('assistant'), user('b'))],
  ['verl', 'two user messages in a row', 'role-repeated', prompt(user('a'), user('b'))],
  ['verl', 'an answer in the prompt', 'last-role', prompt(user('a'), says('assistant'))],
  ['trl', 'no solution among others', 'mixed-schema', ({ prompt: asked }) => ({ prompt: asked })],
  ['trl', 'an open brace in its solution', 'ground-truth-unverifiable', withField({ solution: '\\boxed{3' })],
  ['trl', 'prose as solution', 'ground-truth-unverifiable', withField({ solution: 'the answer is blue' })],
  ['trl', 'a text among message lists', 'mixed-schema', withField({ prompt: 'What is 1?' })],
  ['open_instruct', 'an unknown verifier', 'verifier-unknown', withField({ dataset: 'gsm8k-2' })],
  [
    'open_instruct',
    'code without tests',
    'ground-truth-unverifiable',
    withField({ dataset: 'code', ground_truth: 'x = 1' }),
  ],
  ['open_instruct', 'no ground truth', 'field-missing', ({ messages, dataset }) => ({ messages, dataset })],
  ['sft', 'a conversation that ends with the user', 'last-role', withField({ messages: [user('What?')] })],
  ['sft', 'text among conversations', 'mixed-schema', () => ({ text: 'Once upon a time.' })],
  ['srl_steps', 'no steps', 'field-empty', withField({ steps: [] })],
  ['srl_steps', 'an empty step', 'field-empty', withField({ steps: ['First.', ''] })],
  ['srl_steps', 'a step that is not text', 'field-type', withField({ steps: ['First.', 2] })],
  ['srl_expanded', 'a step after the last one', 'step-index', withField({ step_index: 2 })],
  ['srl_expanded', 'a negative step', 'step-index', withField({ step_index: -1 })],
  ['srl_expanded', 'half a step', 'field-type', withField({ step_index: 0.5 })],
  [
    'srl_expanded',
    'its target in its prompt',
    'step-leaks',
    withField({ expert_action: 'Problem 3, please.' }),
  ],
];

describe('records of every known form', () => {
  it.each(forms)('are recognized and valid: %s', async (form) => {
    expect(await reportOn({ 'train.jsonl': rowsOf(form, (row) => row) })).toMatchObject({
      schema: form,
      records: 20,
      byRule: {},
    });
  });

  it.each(defects)('%s with %s: %s', async (form, _what, rule, change) => {
    const { schema, byRule, samples } = await reportOn({ 'train.jsonl': rowsOf(form, change) });

    expect(schema).toBe(form);
    expect(byRule).toMatchObject({ [rule]: 1 });
    expect(samples.find((sample) => sample.rule === rule)).toMatchObject({ line: 7 });
  });

  it.each([
    ['verl', withTruth('-1000.5')],
    ['verl', prompt(says('system'), user('a'), says('assistant'), user('b'))],
    ['verl', withField({ data_source: 'aime2024', reward_model: { ground_truth: '-7' } })],
    ['trl', withField({ solution: '\\boxed{\\frac{1}{2}}' })],
    ['open_instruct', withField({ dataset: 'math', ground_truth: '\\text{east}' })],
    ['open_instruct', withField({ dataset: ['passthrough'], ground_truth: 'whatever' })],
    [
      'sft',
      withField({
        messages: [
          user('a'),
          {
            role: 'assistant',
            tool_calls: [{ type: 'function', function: { name: 'look', arguments: {} } }],
          },
          says('tool'),
          says('tool'),
          says('assistant'),
        ],
      }),
    ],
    ['srl_expanded', withField({ problem: 'Problem 3, please.' })],
  ] as const)('are not blamed for what is good: %s', async (form, change) => {
    const { errors } = await reportOn({ 'train.jsonl': allRowsOf(form, change) });

    expect(errors).toBe(0);
  });

  it('are checked against the requirements of the tier', async () => {
    const changes = {
      required: ['prompt', 'difficulty'],
      verifiers: { 'mine-*': 'string' },
      tokenLimit: 4,
      batch: 64,
    } as const;
    const files = { 'train.jsonl': rowsOf('verl', withField({ data_source: 'mine-7', difficulty: 1 })) };

    expect((await reportOn(files, { schema: 'verl', changes })).byRule).toEqual({
      'field-missing': 19,
      'too-few-records': 1,
    });
    expect((await reportOn(files, { changes: { tokenLimit: 2 } })).byRule).toMatchObject({
      'over-long': 20,
      'data-source-unknown': 1,
    });
  });
});
