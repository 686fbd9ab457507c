import type { Incident } from '../incidents/model/incident.ts';
import type { Playbook } from '../playbooks/define.ts';
import type { BotParts } from './services.ts';

export interface Listed {
  readonly incident: Incident;
  readonly playbook: Playbook | undefined;
}

/** More than this fits into no message, and nobody reads it. */
const mostListed = 20;

/** The open incidents, newest first. */
export async function openIncidents({ store, catalog }: Pick<BotParts, 'store' | 'catalog'>): Promise<{
  readonly incidents: readonly Listed[];
  readonly total: number;
}> {
  const ids = await store.ids('open');
  const loaded = await Promise.all(ids.slice(0, mostListed).map((id) => store.load(id)));
  return {
    incidents: loaded.map((incident) => ({ incident, playbook: catalog.get(incident.playbook ?? '') })),
    total: ids.length,
  };
}
