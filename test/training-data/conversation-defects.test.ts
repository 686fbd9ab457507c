import { describe, expect, it } from 'vitest';
import type { RuleId } from '../../src/training-data/data-rules.ts';
import type { Row } from './a-data-set.ts';
import {
  assistant,
  call,
  calls,
  chat,
  chats,
  from,
  gpt,
  human,
  reportOnRows,
  result,
  share,
  shared,
  system,
  user,
} from './a-form.ts';

/** One defect among good records of its form: it breaks exactly one rule once. */
const defects: readonly (readonly [string, (n: number) => Row, Row, RuleId, string])[] = [
  [
    'the role of another form',
    shared,
    share(human('a'), from('assistant', 'b')),
    'role-unknown',
    'conversations[1] is “assistant”',
  ],
  ['an empty reply', shared, share(human('a'), gpt('')), 'field-empty', 'conversations[1].value'],
  [
    'the reply first',
    shared,
    share(gpt('a'), human('b'), gpt('c')),
    'first-not-user',
    'conversations[0] is “gpt”',
  ],
  [
    'two questions',
    shared,
    share(human('a'), human('b'), gpt('c')),
    'role-repeated',
    'conversations[1] is “human”',
  ],
  [
    'a question last',
    shared,
    share(human('a'), gpt('b'), human('c')),
    'last-role',
    'conversations ends with “human”, not gpt',
  ],
  [
    'a late system message',
    shared,
    share(human('a'), from('system', 'b'), gpt('c')),
    'system-not-first',
    'conversations[1] is “system”',
  ],
  [
    'an observation without a call',
    shared,
    share(human('a'), from('observation', '{}'), gpt('c')),
    'tool-without-call',
    'conversations[1] is “observation”',
  ],
  [
    'a call that is not JSON',
    shared,
    share(human('a'), from('function_call', 'look()'), from('observation', '{}'), gpt('c')),
    'tool-call-invalid',
    'conversations[1].value is not a call in JSON',
  ],
  [
    'a question before the result is read',
    shared,
    share(human('a'), from('function_call', call), from('observation', '{}'), human('b'), gpt('c')),
    'role-order',
    'conversations[3] is “human”',
  ],
  ['no speaker', shared, share({ value: 'a' }, gpt('b')), 'field-missing', 'conversations[0].from'],
  ['no conversation', shared, share(), 'field-empty', 'conversations'],
  [
    'tools that are not JSON',
    shared,
    { ...shared(50), tools: '[look' },
    'tool-call-invalid',
    'tools is not JSON',
  ],
  ['null as last answer', chats, chat(user('a'), assistant(null)), 'field-null', 'messages[1].content'],
  [
    'a role of another form',
    chats,
    chat({ role: 'human', content: 'a' }, assistant('b')),
    'role-unknown',
    'messages[0] is “human”',
  ],
  [
    'a result that nobody asked for',
    chats,
    chat(user('a'), result('x'), assistant('b')),
    'tool-without-call',
    'messages[1] is “tool”',
  ],
  [
    'a result of another call',
    chats,
    chat(user('a'), assistant(null, calls('x')), result('y'), assistant('b')),
    'tool-without-call',
    'messages[2] is “tool”',
  ],
  [
    'a call without a name',
    chats,
    chat(
      user('a'),
      assistant('', { tool_calls: [{ function: { arguments: '{}' } }] }),
      result('x'),
      assistant('b'),
    ),
    'tool-call-invalid',
    'messages[1].tool_calls[0] has no name',
  ],
  [
    'arguments that are not JSON',
    chats,
    chat(user('a'), assistant('', calls('x', '{')), result('x'), assistant('b')),
    'tool-call-invalid',
    'messages[1].tool_calls[0].arguments is not JSON',
  ],
  [
    'an empty list of calls',
    chats,
    chat(user('a'), assistant('', { tool_calls: [] })),
    'field-empty',
    'messages[1].content',
  ],
  [
    'a conversation that ends with a tool',
    chats,
    chat(user('a'), assistant('', calls('x')), result('x')),
    'last-role',
    'messages ends with “tool”, not assistant',
  ],
  [
    'two system messages',
    chats,
    chat(system('a'), system('b'), user('c'), assistant('d')),
    'system-not-first',
    'messages[1] is “system”',
  ],
  [
    'more pictures than places',
    (n) => ({ ...chat(user(`<image>Who ${n}?`), assistant('Ada.')), images: ['a.jpg'] }),
    { ...chat(user('<image>Who?'), assistant('Ada.')), images: ['a.jpg', 'b.jpg'] },
    'media-count',
    '2 images for 1 × <image>',
  ],
];

describe('a defect in a conversation', () => {
  it.each(defects)('is one finding: %s', async (_what, row, defect, rule, detail) => {
    const rows = Array.from({ length: 12 }, (_, n) => row(n));

    const { byRule, samples } = await reportOnRows([...rows.slice(0, 6), defect, ...rows.slice(6)]);

    expect(byRule).toEqual({ [rule]: 1 });
    expect(samples).toEqual([expect.objectContaining({ rule, line: 7, detail })]);
  });

  it('is a vocabulary that the other conversations do not use', async () => {
    const rows = [shared(1), shared(2), share(from('user', 'a'), from('assistant', 'b'))];

    expect((await reportOnRows(rows)).samples).toMatchObject([{ rule: 'mixed-schema', line: 3 }]);
  });
});
