import { isRecord } from './messages.ts';
import { at } from './record-path.ts';
import type { RecordSchema } from './schemas.ts';

const none: readonly string[] = [];

/** The texts that a record is about: what its model is asked, without the system message and the last answer. */
export function askedTexts(record: unknown, { asks }: RecordSchema): readonly string[] {
  for (const field of asks) {
    const value = at(record, [field]);
    if (typeof value === 'string') return [value];
    if (Array.isArray(value)) return textsOf(value);
  }
  return none;
}

function textsOf(messages: readonly unknown[]): readonly string[] {
  const last = messages.at(-1);
  const asked = isRecord(last) && last['role'] === 'assistant' ? messages.slice(0, -1) : messages;
  return asked.flatMap((message) => {
    if (!isRecord(message) || message['role'] === 'system') return [];
    const { content } = message;
    if (typeof content === 'string') return [content];
    return Array.isArray(content) ? content.flatMap((part) => textOfPart(part)) : [];
  });
}

function textOfPart(part: unknown): readonly string[] {
  const text = isRecord(part) ? part['text'] : undefined;
  return typeof text === 'string' ? [text] : [];
}
