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
  let misplaced: Problem | undefined;
  for (const [index, message] of messages.entries()) {
    const location = `${where}[${index}]`;
    if (!isRecord(message)) {
      problems.push({ rule: 'field-type', detail: `${location} is not a message` });
      return;
    }
    const name = message[dialect.role];
    const role = dialect.roles.get(name);
    judgeContent(message, location, role, dialect, problems);
    judgeCalls(message, location, role, dialect, problems);
    const wrong = order.add(message);
    if (wrong === undefined) continue;
    const absent = wrong === 'field-missing' || wrong === 'field-null';
    misplaced ??= {
      rule: wrong,
      detail: absent ? `${location}.${dialect.role}` : `${location} is ${nameOf(name)}`,
    };
  }
  // One role in the wrong place makes others wrong, and usually the last one.
  const last = misplaced ?? endProblem(order, where);
  if (last !== undefined) problems.push(last);
}

function endProblem({ wrongEnd }: RoleOrder, where: string): Problem | undefined {
  return (
    wrongEnd && {
      rule: 'last-role',
      detail: `${where} ends with ${nameOf(wrongEnd.is)}, not ${wrongEnd.not}`,
    }
  );
}

function nameOf(role: unknown): string {
  return typeof role === 'string' ? excerpt(role) : String(role);
}
