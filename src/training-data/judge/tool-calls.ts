import type { Dialect, Role } from './dialects.ts';
import type { Problem } from './problem.ts';
import { isRecord, type JsonObject } from './record-path.ts';

/** Whether the assistant calls a tool in this message: in a field of its own, in a part, or in its text. */
export function callsTool(message: JsonObject): boolean {
  if (callIds(message) !== undefined) return true;
  const { content } = message;
  return Array.isArray(content) && content.some((part) => isRecord(part) && isCallPart(part['type']));
}

function isCallPart(type: unknown): boolean {
  return type === 'tool_call' || type === 'tool_use' || type === 'function_call';
}

/** The ids of the calls in `tool_calls` or `function_call`; undefined if the message has neither. */
export function callIds(message: JsonObject): readonly string[] | undefined {
  const calls = message['tool_calls'];
  if (Array.isArray(calls) && calls.length > 0)
    return calls.flatMap((call) => (isRecord(call) && typeof call['id'] === 'string' ? [call['id']] : []));
  if (typeof calls === 'string' && calls.trim().startsWith('[{')) return [];
  return isRecord(message['function_call']) ? [] : undefined;
}

/** Trainers and templates read the name and the arguments of each call. One finding per message. */
export function judgeCalls(
  message: JsonObject,
  location: string,
  role: Role | undefined,
  { content, role: key }: Dialect,
  problems: Problem[],
): void {
  const detail = key === 'from' ? callTextProblem(message[content], role) : callsProblem(message);
  if (detail !== undefined) problems.push({ rule: 'tool-call-invalid', detail: `${location}.${detail}` });
}

/** LLaMA-Factory parses the text of a function_call message and stops if it is not JSON. */
function callTextProblem(value: unknown, role: Role | undefined): string | undefined {
  if (role !== 'call' || typeof value !== 'string' || value.trim() === '') return undefined;
  const parsed = parsedJson(value);
  const calls: readonly unknown[] = Array.isArray(parsed) ? parsed : [parsed];
  return calls.every((call) => isRecord(call) && typeof call['name'] === 'string')
    ? undefined
    : 'value is not a call in JSON';
}

function callsProblem(message: JsonObject): string | undefined {
  const calls = message['tool_calls'];
  if (!Array.isArray(calls)) {
    const call = message['function_call'];
    return isRecord(call) ? callProblem(call, 'function_call') : undefined;
  }
  for (const [index, call] of calls.entries()) {
    const inner = isRecord(call) ? (call['function'] ?? call) : undefined;
    const problem = callProblem(inner, `tool_calls[${index}]`);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function callProblem(call: unknown, name: string): string | undefined {
  if (!isRecord(call)) return `${name} is not an object`;
  if (typeof call['name'] !== 'string' || call['name'] === '') return `${name} has no name`;
  const { arguments: passed } = call;
  const broken = typeof passed === 'string' && passed.trim() !== '' && parsedJson(passed) === undefined;
  return broken ? `${name}.arguments is not JSON` : undefined;
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
