import { dialectOf } from './dialects.ts';
import { judgeContent } from './message-content.ts';
import { excerpt, type Problem } from './problem.ts';
import { isRecord } from './record-path.ts';
import { type Extent, RoleOrder } from './role-order.ts';
import { judgeCalls } from './tool-calls.ts';

/** Checks the requirements of chat templates and trainers for a conversation. `where` names its field. */
export function judgeMessages(
  messages: readonly unknown[],
  where: string,
  extent: Extent,
  problems: Problem[],
): void {
  const dialect = dialectOf(messages);
  const order = new RoleOrder(messages, dialect, extent);
  for (const [index, message] of messages.entries()) {
    const location = `${where}[${index}]`;
    if (!isRecord(message)) {
      problems.push({ rule: 'field-type', detail: `${location} is not a message` });
      return;
    }
    const role = dialect.roles.get(message[dialect.role]);
    judgeContent(message, location, role, dialect, problems);
    judgeCalls(message, location, role, dialect, problems);
    const wrong = order.add(message);
    if (wrong === 'field-missing' || wrong === 'field-null')
      problems.push({ rule: wrong, detail: `${location}.${dialect.role}` });
    else if (wrong !== undefined)
      problems.push({ rule: wrong, detail: `${location} is ${nameOf(message[dialect.role])}` });
  }
  const { wrongEnd } = order;
  if (wrongEnd !== undefined)
    problems.push({
      rule: 'last-role',
      detail: `${where} ends with ${nameOf(wrongEnd.is)}, not ${wrongEnd.not}`,
    });
}

function nameOf(role: unknown): string {
  return typeof role === 'string' ? excerpt(role) : String(role);
}
