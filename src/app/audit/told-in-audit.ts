import type { Config } from '../../config/environment.ts';
import { isDrillId } from '../../incidents/model/drills/drill-mark.ts';
import type { RefusedCommands } from '../../incidents/refused-commands.ts';
import { auditThread, workspaceAudit } from '../../outbox/audit-thread.ts';
import type { Producer } from '../../queue/producer.ts';

/** Wakes the audit channel after a decision; the sweep does so again after a crash. */
interface ToldInAudit {
  /** Refused commands that belong to no incident. */
  readonly refusedCommands: RefusedCommands;
  /** Tells the decisions of an incident. Drills are left out. */
  readonly tellAudit: (incident: string) => Promise<void>;
}

export function toldInAudit(
  journal: RefusedCommands,
  producer: Pick<Producer, 'deliver'>,
  { settings }: Pick<Config, 'settings'>,
): ToldInAudit {
  if (settings.audit_channel === undefined)
    return { refusedCommands: journal, tellAudit: async () => undefined };
  return {
    refusedCommands: {
      ...journal,
      add: async (event) => {
        await journal.add(event);
        await producer.deliver(workspaceAudit);
      },
    },
    tellAudit: async (incident) => {
      if (!isDrillId(incident)) await producer.deliver(auditThread(incident));
    },
  };
}
