import { loadReadable } from '../incidents/journal/readable.ts';
import type { IncidentStore } from '../incidents/journal/store.ts';
import { isDrillId } from '../incidents/model/drills/drill-mark.ts';
import type { Incident } from '../incidents/model/incident.ts';
import type { RefusedCommands } from '../incidents/refused-commands.ts';
import { auditThread, workspaceAudit } from './audit-thread.ts';
import type { Notices } from './notices.ts';
import type { WantedThreads } from './thread-watch.ts';

/** Closed incidents that may still have a last message to deliver. */
const recentlyClosed = 20;
const recentNotices = 5;

type Store = Pick<IncidentStore, 'ids' | 'glance'>;

export interface IncidentThreads {
  readonly store: Store;
  readonly notices: Pick<Notices, 'recent'>;
  readonly fingerprint: (incident: Incident, now: number) => string;
}

/** The threads in the incident channel, with their fingerprints. */
export function incidentThreads({ store, notices, fingerprint }: IncidentThreads) {
  return async (now: number): Promise<WantedThreads> => {
    const incidents = await watched(store);
    const recent = await notices.recent(recentNotices);
    return new Map<string, string | undefined>([
      ...incidents.map((incident) => [incident.id, fingerprint(incident, now)] as const),
      ...recent.map((thread) => [thread, undefined] as const),
    ]);
  };
}

export interface AuditThreads {
  readonly store: Store;
  readonly workspace: Pick<RefusedCommands, 'count'>;
}

/** The decisions in the audit channel: their fingerprints are the lengths of the journals. */
export function auditThreads({ store, workspace }: AuditThreads) {
  return async (): Promise<WantedThreads> => {
    const incidents = (await watched(store)).filter(({ id }) => !isDrillId(id));
    return new Map([
      ...incidents.map(({ id, seq }) => [auditThread(id), String(seq)] as const),
      [workspaceAudit, String(await workspace.count())],
    ]);
  };
}

async function watched(store: Store): Promise<readonly Incident[]> {
  const ids = new Set([...(await store.ids('all', recentlyClosed)), ...(await store.ids('open'))]);
  return (await loadReadable({ load: store.glance }, [...ids])).incidents;
}
