import { loadReadable } from '../incidents/journal/readable.ts';
import type { BotServices } from './services.ts';
import type { OpenIncidents } from './views/home/open-list.ts';

/** More do not fit into one message. */
const maxListed = 20;

/** The open incidents, newest first, for the Home tab and `/relight list`. */
export async function openIncidents({
  store,
  catalog,
  deadLetters,
  mutedAlarms,
  settings,
  halts,
}: Pick<
  BotServices,
  'store' | 'catalog' | 'deadLetters' | 'mutedAlarms' | 'settings' | 'halts'
>): Promise<OpenIncidents> {
  const [ids, unread, muted, halt] = await Promise.all([
    store.ids('open'),
    deadLetters.count(),
    mutedAlarms.all(),
    halts.current(),
  ]);
  const { incidents, unreadable } = await loadReadable(store, ids.slice(0, maxListed));
  return {
    incidents: incidents.map((incident) => ({ incident, playbook: catalog.get(incident.playbook ?? '') })),
    unreadable,
    total: ids.length,
    deadLetters: unread,
    halt,
    muted,
    channel: settings.incident_channel,
  };
}

/** The addresses of their threads, as far as Slack returns them. */
export async function linksTo(
  { linkTo }: Pick<BotServices, 'linkTo'>,
  { incidents }: Pick<OpenIncidents, 'incidents'>,
): Promise<ReadonlyMap<string, string>> {
  const links = await Promise.all(
    incidents.map(async ({ incident: { id } }) => [id, await linkTo(id)] as const),
  );
  return new Map(links.flatMap(([id, link]) => (link === undefined ? [] : [[id, link] as const])));
}
