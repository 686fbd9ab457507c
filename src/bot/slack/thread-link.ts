import type { Incident } from '../../incidents/model/incident.ts';
import type { Log } from '../../log.ts';
import { firstWithin } from '../clicks/deadline.ts';
import type { BotServices } from '../services.ts';
import { findMessage } from './find-message.ts';

type Deps = Pick<BotServices, 'client' | 'settings'> & { readonly log: Pick<Log, 'warn'> };

/** Well below the 3 s that Slack waits for the reply to a command. */
const lookMs = 1_200;

/** A link to the incident's thread, in markup; only the channel if Slack does not return the link in time. */
export async function threadLink(services: Deps, { id, openedAt }: Incident): Promise<string> {
  const { incident_channel: channel } = services.settings;
  const looking = permalink(services, channel, { id, openedAt, seq: 0 }).catch((error: unknown) => {
    services.log.warn({ incident: id, error: String(error) }, 'no link to the thread');
    return undefined;
  });
  const link = await firstWithin(lookMs, looking);
  return link === undefined ? `${id} in <#${channel}>` : `<${link}|the thread of ${id}>`;
}

/** The address of the root message of a thread; undefined if it is not in the channel. */
export async function permalink(
  { client }: Pick<Deps, 'client'>,
  channel: string,
  thread: Parameters<typeof findMessage>[1]['thread'],
): Promise<string | undefined> {
  const ts = await findMessage(client, { channel, thread, key: 'card', root: undefined });
  if (ts === undefined) return undefined;
  const { permalink: link } = await client.chat.getPermalink({ channel, message_ts: ts });
  return link;
}
