import type { SchemaName } from '../../src/training-data/schemas.ts';
import { jsonl, type Row, reportOn } from './a-data-set.ts';

export const user = (content: unknown): Row => ({ role: 'user', content });
export const assistant = (content: unknown, more: Row = {}): Row => ({ role: 'assistant', content, ...more });
export const system = (content: unknown): Row => ({ role: 'system', content });
export const human = (value: unknown): Row => ({ from: 'human', value });
export const gpt = (value: unknown): Row => ({ from: 'gpt', value });
export const from = (name: string, value: unknown): Row => ({ from: name, value });

export const calls = (id: string, args: unknown = '{}'): Row => ({
  tool_calls: [{ id, type: 'function', function: { name: 'look', arguments: args } }],
});
export const result = (id: string, content: unknown = 'sun'): Row => ({
  role: 'tool',
  tool_call_id: id,
  content,
});

export const reportOnRows = (rows: readonly Row[], schema: SchemaName = 'auto') =>
  reportOn({ 'train.jsonl': jsonl(rows.map((row) => JSON.stringify(row))) }, { schema });

/** A good record of each form; each number makes a different one. */
export const dpo = (n: number): Row => ({
  prompt: [user(`What is ${n}?`)],
  chosen: [assistant('It is.')],
  rejected: [assistant('No.')],
});
export const kto = (n: number): Row => ({ prompt: `Say ${n}`, completion: ' yes', label: n % 2 === 0 });
export const steps = (n: number): Row => ({
  prompt: `Say ${n}`,
  completions: ['a', 'b'],
  labels: [true, false],
});
export const share = (...conversations: readonly Row[]): Row => ({ conversations });
export const shared = (n: number): Row => share(human(`Say ${n}`), gpt('Yes.'));
export const alpaca = (n: number): Row => ({ instruction: `Say ${n}`, input: '', output: 'Yes.' });
export const math = (n: number): Row => ({ problem: `Compute ${n}.`, solution: `$\\boxed{${n}}$` });
export const chat = (...messages: readonly unknown[]): Row => ({ messages });
export const chats = (n: number): Row => chat(user(`Say ${n}`), assistant('Yes.'));
export const call = '{"name": "look", "arguments": {}}';
