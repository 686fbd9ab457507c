import type { Dialect, Role } from './dialects.ts';
import type { Problem } from './problem.ts';
import { isRecord, type JsonObject } from './record-path.ts';
import { callsTool } from './tool-calls.ts';

/**
 * Content is text or a list of parts. It may be absent where something else takes its place: the calls of an
 * assistant, its reasoning, a refusal or audio. A system message and the result of a tool may be empty.
 */
export function judgeContent(
  message: JsonObject,
  location: string,
  role: Role | undefined,
  { content: key }: Dialect,
  problems: Problem[],
): void {
  const content = message[key];
  const problem = problemOf(content, `${location}.${key}`);
  if (problem === undefined) return;
  const absent = problem.rule !== 'field-type';
  if (absent && (callsTool(message) || hasInstead(message))) return;
  if (problem.rule === 'field-empty' && (role === 'system' || role === 'tool')) return;
  problems.push(problem);
}

function problemOf(content: unknown, detail: string): Problem | undefined {
  if (content === undefined) return { rule: 'field-missing', detail };
  if (content === null) return { rule: 'field-null', detail };
  if (typeof content === 'string') return content.trim() === '' ? { rule: 'field-empty', detail } : undefined;
  if (!Array.isArray(content)) return { rule: 'field-type', detail: `${detail} is not text` };
  const odd = content.findIndex((part) => typeof part !== 'string' && !isRecord(part));
  if (odd !== -1) return { rule: 'field-type', detail: `${detail}[${odd}] is not a part` };
  return content.every(isBlankPart) ? { rule: 'field-empty', detail } : undefined;
}

/** Only a part that is all text can be blank; pictures and calls of tools have no text. */
function isBlankPart(part: unknown): boolean {
  if (typeof part === 'string') return part.trim() === '';
  if (!isRecord(part) || part['type'] !== 'text') return false;
  const text = part['text'] ?? part['value'] ?? part['content'];
  return typeof text === 'string' && text.trim() === '';
}

const instead = ['thinking', 'reasoning_content', 'reasoning', 'refusal', 'audio'];

function hasInstead(message: JsonObject): boolean {
  return instead.some((key) => {
    const value = message[key];
    return typeof value === 'string' ? value.trim() !== '' : isRecord(value);
  });
}
