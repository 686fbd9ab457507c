import { type AuditThread, auditKey } from '../../outbox/audit-thread.ts';
import type { SlackThreads } from '../../outbox/outbox.ts';
import { auditMessage } from '../views/audit/audit-message.ts';
import type { ThreadMessage } from '../views/thread.ts';
import { channelMessages, type NotifierDeps } from './notifier.ts';

/** Posts decisions to the audit channel, each as a message of its own. */
export function createAuditNotifier(
  deps: Omit<NotifierDeps, 'catalog'>,
): SlackThreads<ThreadMessage, AuditThread> {
  const messages = channelMessages(deps);
  return {
    ...messages,
    render: (thread) => thread.lines.map((told) => auditMessage(thread, told)),
    // Slack returns only so many messages, so the search begins at the decision.
    find: async (thread, key, root) => {
      const told = thread.lines.find((one) => auditKey(one) === key);
      return messages.find({ ...thread, openedAt: told?.at ?? thread.openedAt }, key, root);
    },
  };
}
