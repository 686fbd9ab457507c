import type { RecordSchema } from '../schemas.ts';
import { isRecord } from './messages.ts';
import { at } from './record-path.ts';

const none: readonly string[] = [];

/** The prompt of a record: what the model is asked, without the system message and the last answer. */
export function promptTexts(record: unknown, { asks }: RecordSchema): readonly string[] {
  for (const field of asks) {
    const value = at(record, [field]);
    if (typeof value === 'string') return [value];
    if (Array.isArray(value)) return textsOf(value);
  }
  return none;
}

function textsOf(messages: readonly unknown[]): readonly string[] {
  const last = messages.at(-1);
  const prompt = isRecord(last) && last['role'] === 'assistant' ? messages.slice(0, -1) : messages;
  // A loop, because this runs several times per record and flatMap takes three times as long.
  const texts: string[] = [];
  for (const message of prompt) {
    if (!isRecord(message) || message['role'] === 'system') continue;
    const { content } = message;
    if (typeof content === 'string') texts.push(content);
    else if (Array.isArray(content)) for (const part of content) addPart(part, texts);
  }
  return texts;
}

function addPart(part: unknown, texts: string[]): void {
  const text = isRecord(part) ? part['text'] : undefined;
  if (typeof text === 'string') texts.push(text);
}

/**
 * The text that all steps of one solution share: `problem`, or the first line of the prompt, before the earlier
 * steps.
 */
export function problemHead(record: unknown, schema: RecordSchema): string {
  const problem = at(record, ['problem']);
  const text = typeof problem === 'string' ? problem : (promptTexts(record, schema)[0] ?? '');
  const [head = ''] = typeof problem === 'string' ? [text] : text.trimStart().split('\n', 1);
  return head.trim();
}
