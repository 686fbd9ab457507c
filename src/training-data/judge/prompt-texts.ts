import type { RecordSchema } from '../schemas.ts';
import { at, isRecord } from './record-path.ts';

const none: readonly string[] = [];

/** The prompt of a record: what the model is asked, without the system message and the last answer. */
export function promptTexts(record: unknown, { asks, asksWith = none }: RecordSchema): readonly string[] {
  for (const field of asks) {
    const texts = textsOf(at(record, [field]));
    if (texts === undefined) continue;
    return asksWith.length === 0
      ? texts
      : [...texts, ...asksWith.flatMap((other) => textsOf(at(record, [other])) ?? none)];
  }
  return none;
}

/** Undefined if the field has no text. */
function textsOf(value: unknown): readonly string[] | undefined {
  if (typeof value === 'string') return [value];
  if (!Array.isArray(value)) return undefined;
  const last: unknown = value.at(-1);
  const prompt = isAssistant(last) && value.length > 1 ? value.slice(0, -1) : value;
  // A loop, because this runs several times per record and flatMap takes three times as long.
  const texts: string[] = [];
  for (const message of prompt) addTexts(message, texts);
  return texts;
}

function isAssistant(message: unknown): boolean {
  return isRecord(message) && (message['role'] === 'assistant' || message['from'] === 'gpt');
}

function addTexts(message: unknown, texts: string[]): void {
  if (typeof message === 'string') texts.push(message);
  else if (Array.isArray(message)) for (const inner of message) addTexts(inner, texts);
  else if (isRecord(message) && message['role'] !== 'system' && message['from'] !== 'system')
    addContent(message['content'] ?? message['value'], texts);
}

function addContent(content: unknown, texts: string[]): void {
  if (typeof content === 'string') texts.push(content);
  else if (Array.isArray(content)) for (const part of content) addPart(part, texts);
}

function addPart(part: unknown, texts: string[]): void {
  const text = isRecord(part) ? (part['text'] ?? part['value']) : undefined;
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
