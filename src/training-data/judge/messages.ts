import { excerpt, type Problem } from './problem.ts';

const roles: readonly unknown[] = ['system', 'user', 'assistant', 'tool'];

type Message = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Checks the requirements of chat templates and trainers for a conversation. `where` names its field. */
export function judgeMessages(
  messages: readonly unknown[],
  where: string,
  lastRole: 'user' | 'assistant' | undefined,
  problems: Problem[],
): void {
  let before: unknown;
  let begun = false;
  for (let index = 0; index < messages.length; index += 1) {
    const message = messages[index];
    const location = `${where}[${index}]`;
    if (!isRecord(message)) {
      problems.push({ rule: 'field-type', detail: `${location} is not a message` });
      return;
    }
    judgeContent(message, location, problems);
    const { role } = message;
    const wrong = misplaced(role, index, begun, before);
    if (wrong !== undefined) problems.push({ rule: wrong, detail: `${location} is ${nameOf(role)}` });
    begun ||= role !== 'system';
    before = role;
  }
  if (lastRole !== undefined && before !== lastRole && roles.includes(before))
    problems.push({ rule: 'last-role', detail: `${where} ends with ${nameOf(before)}, not ${lastRole}` });
}

function misplaced(
  role: unknown,
  index: number,
  begun: boolean,
  before: unknown,
): Problem['rule'] | undefined {
  if (role === undefined) return 'field-missing';
  if (!roles.includes(role)) return 'role-unknown';
  if (role === 'system') return index === 0 ? undefined : 'system-not-first';
  if (!begun) return role === 'user' ? undefined : 'first-not-user';
  // One message may call several tools, and each of them answers.
  return role === before && role !== 'tool' ? 'role-repeated' : undefined;
}

/** Content is text or a list of parts. An assistant message that calls tools may have none. */
function judgeContent(message: Message, location: string, problems: Problem[]): void {
  const { content } = message;
  const detail = `${location}.content`;
  if (typeof content === 'string') {
    if (content.trim() === '') problems.push({ rule: 'field-empty', detail });
    return;
  }
  if ((content === undefined || content === null) && Array.isArray(message['tool_calls'])) return;
  if (content === undefined) problems.push({ rule: 'field-missing', detail });
  else if (content === null) problems.push({ rule: 'field-null', detail });
  else if (!Array.isArray(content)) problems.push({ rule: 'field-type', detail: `${detail} is not text` });
  else if (content.length === 0) problems.push({ rule: 'field-empty', detail });
}

function nameOf(role: unknown): string {
  return typeof role === 'string' ? excerpt(role) : String(role);
}
