import { isRecord } from './record-path.ts';

/** The part that a message plays, whatever it is called. `call`: the assistant calls a tool and says nothing else. */
export type Role = 'system' | 'user' | 'assistant' | 'call' | 'tool';

/** How a message names its role and its content. */
export interface Dialect {
  readonly role: 'role' | 'from';
  readonly content: 'content' | 'value';
  readonly roles: ReadonlyMap<unknown, Role>;
}

/** https://platform.openai.com/docs/api-reference/chat and the chat templates of transformers. */
const chat: Dialect = {
  role: 'role',
  content: 'content',
  roles: new Map<unknown, Role>([
    ['system', 'system'],
    ['developer', 'system'],
    ['user', 'user'],
    ['assistant', 'assistant'],
    ['tool', 'tool'],
    ['function', 'tool'],
  ]),
};

/** Turns around a tool, and the system message, have the same names in both vocabularies of ShareGPT. */
const shared: readonly (readonly [string, Role])[] = [
  ['system', 'system'],
  ['function_call', 'call'],
  ['observation', 'tool'],
  ['tool', 'tool'],
];

/** https://github.com/hiyouga/LLaMA-Factory/blob/main/data/README.md#sharegpt-format */
const shareGpt: Dialect = {
  role: 'from',
  content: 'value',
  roles: new Map<unknown, Role>([...shared, ['human', 'user'], ['gpt', 'assistant']]),
};

/** The same with the roles of chat templates. Trainers take either, but not both in one set. */
const shareGptWithChatRoles: Dialect = {
  ...shareGpt,
  roles: new Map<unknown, Role>([...shared, ['user', 'user'], ['assistant', 'assistant']]),
};

/** The dialect of a conversation: that of the first message that names its role. */
export function dialectOf(messages: readonly unknown[]): Dialect {
  for (const message of messages) {
    if (!isRecord(message)) continue;
    const { from, role } = message;
    if (role !== undefined && role !== null) return chat;
    if (from === 'user' || from === 'assistant') return shareGptWithChatRoles;
    if (from === 'human' || from === 'gpt') return shareGpt;
  }
  return messages.some((message) => isRecord(message) && ('from' in message || 'value' in message))
    ? shareGpt
    : chat;
}
