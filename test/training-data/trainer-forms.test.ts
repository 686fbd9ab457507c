import { describe, expect, it } from 'vitest';
import type { SchemaName } from '../../src/training-data/schemas.ts';
import type { Row } from './a-data-set.ts';
import { assistant, calls, from, gpt, human, reportOnRows, result, user } from './a-form.ts';

/** Each is a form that a trainer's documentation shows, and the schema that it is read as. */
const good: readonly (readonly [string, SchemaName, (n: number) => Row])[] = [
  ['prompt-only text', 'trl', (n) => ({ prompt: `The sky ${n}` })],
  ['prompt-only messages', 'trl', (n) => ({ prompt: [user(`What is ${n}?`)] })],
  [
    'a prompt that ends with the result of a tool',
    'trl',
    (n) => ({ prompt: [user(`What is ${n}?`), assistant('', calls('a')), result('a')] }),
  ],
  ['language modeling', 'sft', (n) => ({ text: `The sky is ${n}.` })],
  ['prompt and completion as text', 'sft', (n) => ({ prompt: 'The sky is', completion: ` ${n}.` })],
  [
    'prompt and completion as messages',
    'sft',
    (n) => ({ prompt: [user(`What is ${n}?`)], completion: [assistant('It is.')] }),
  ],
  ['preference as text', 'preference', (n) => ({ prompt: `Say ${n}`, chosen: ' yes', rejected: ' no' })],
  [
    'preference with the prompt in both answers',
    'preference',
    (n) => ({
      chosen: [user(`What is ${n}?`), assistant('It is.')],
      rejected: [user(`What is ${n}?`), assistant('It is not.')],
    }),
  ],
  [
    'preference as text with the prompt in both answers',
    'preference',
    (n) => ({ chosen: `The sky ${n} is blue.`, rejected: `The sky ${n} is green.` }),
  ],
  [
    'ranked ShareGPT',
    'preference',
    (n) => ({ conversations: [human(`Say ${n}`)], chosen: gpt('Yes.'), rejected: gpt('No.') }),
  ],
  [
    'ranked Alpaca',
    'preference',
    (n) => ({ instruction: 'Say', input: `${n}`, chosen: 'Yes.', rejected: 'No.' }),
  ],
  [
    'preference for fine-tuning at OpenAI',
    'preference',
    (n) => ({
      input: { messages: [user(`Say ${n}`)] },
      preferred_output: [assistant('Yes.')],
      non_preferred_output: [assistant('No.')],
    }),
  ],
  [
    'unpaired preference as messages',
    'unpaired_preference',
    (n) => ({ prompt: [user(`Say ${n}`)], completion: [assistant('Yes.')], label: n % 2 === 0 }),
  ],
  [
    'KTO of LLaMA-Factory',
    'unpaired_preference',
    (n) => ({ messages: [user(`Say ${n}`), assistant('Yes.')], label: n % 2 === 0 }),
  ],
  [
    'KTO in Alpaca form',
    'unpaired_preference',
    (n) => ({ instruction: 'Say', input: `${n}`, output: 'Yes.', kto_tag: n % 2 === 0 }),
  ],
  [
    'ShareGPT with a system message and several turns',
    'sharegpt',
    (n) => ({
      conversations: [from('system', 'Be kind.'), human(`Say ${n}`), gpt('Yes.'), human('Why?'), gpt('So.')],
    }),
  ],
  [
    'ShareGPT with a tool',
    'sharegpt',
    (n) => ({
      conversations: [
        human(`Weather ${n}?`),
        from('function_call', '{"name": "look", "arguments": {}}'),
        from('observation', '{"sun": true}'),
        gpt('Sunny.'),
      ],
      tools: '[{"name": "look"}]',
    }),
  ],
  [
    'ShareGPT with the roles of chat templates',
    'sharegpt',
    (n) => ({ conversations: [from('user', `Say ${n}`), from('assistant', 'Yes.')] }),
  ],
  [
    'conversations of messages',
    'sharegpt',
    (n) => ({ conversations: [user(`Say ${n}`), assistant('Yes.')] }),
  ],
  ['Alpaca without input', 'alpaca', (n) => ({ instruction: `Say ${n}`, input: '', output: 'Yes.' })],
  [
    'Alpaca with history',
    'alpaca',
    (n) => ({ instruction: `Say ${n}`, input: '', output: 'Yes.', history: [['Hi', 'Hello']] }),
  ],
  [
    'MATH with a fraction in its box',
    'math',
    (n) => ({
      problem: `Halve ${n}.`,
      solution: `$\\boxed{\\frac{${n}}{2}}$`,
      level: 'Level 1',
      type: 'Algebra',
    }),
  ],
  [
    'MATH with the older box',
    'math',
    (n) => ({ problem: `Compute ${n}.`, solution: `So $\\boxed ${n}$.`, level: 'Level 1', type: 'Algebra' }),
  ],
  [
    'problems with an answer of their own',
    'math',
    (n) => ({ problem: `Prove ${n}.`, solution: 'It follows.', answer: `${n}` }),
  ],
  [
    'messages with a developer, thinking and a tool that returns nothing',
    'sft',
    (n) => ({
      messages: [
        { role: 'developer', content: 'Be kind.' },
        user(`Turn on ${n}`),
        assistant('', calls('c1')),
        result('c1', ''),
        { role: 'assistant', thinking: 'Done?', content: 'Done.' },
      ],
    }),
  ],
  [
    'messages with an older function call',
    'sft',
    (n) => ({
      messages: [
        user(`Weather ${n}?`),
        assistant(null, { function_call: { name: 'look', arguments: '{}' } }),
        { role: 'function', name: 'look', content: 'sun' },
        assistant('Sunny.', { weight: 1 }),
      ],
    }),
  ],
  [
    'messages with pictures',
    'sft',
    (n) => ({ messages: [user(`<image>Who ${n}?`), assistant('Ada.')], images: ['a.jpg'] }),
  ],
  [
    'messages with columns that are null in most records',
    'sft',
    (n) => ({
      messages: [
        { ...user(`Who ${n}?`), tool_calls: null },
        { ...assistant('Ada.'), tool_calls: null },
      ],
    }),
  ],
  [
    'the reference answer of open-instruct',
    'open_instruct',
    (n) => ({ messages: [user(`What is ${n}?`), assistant('So.')], ground_truth: `${n}`, dataset: 'GSM8K' }),
  ],
];

describe('forms of today’s trainers', () => {
  it.each(good)('are recognized and valid: %s', async (_what, schema, row) => {
    const report = await reportOnRows(Array.from({ length: 8 }, (_, n) => row(n)));

    expect(report).toMatchObject({ schema, errors: 0 });
    expect(report.byRule).not.toHaveProperty('unknown-schema');
  });
});
