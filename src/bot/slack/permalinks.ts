import type { webApi } from '@slack/bolt';
import { LRUCache } from 'lru-cache';
import type { Log } from '../../log.ts';
import type { OutboxRows } from '../../outbox/rows.ts';
import { firstWithin } from '../clicks/deadline.ts';

/** The address of an incident's thread; undefined if it has none, or if Slack does not return the address in time. */
export type LinkTo = (incident: string) => Promise<string | undefined>;

const timeoutMs = 3_000;
const maxKnown = 1_000;

export function createPermalinks({
  client,
  channel,
  rows,
  log,
}: {
  readonly client: Pick<webApi.WebClient, 'chat'>;
  readonly channel: string;
  readonly rows: Pick<OutboxRows, 'all'>;
  readonly log: Pick<Log, 'warn'>;
}): LinkTo {
  // The address of a message never changes.
  const known = new LRUCache<string, string>({ max: maxKnown });
  return async (incident) => {
    const remembered = known.get(incident);
    if (remembered !== undefined) return remembered;
    const ts = (await rows.all(incident)).get('card')?.ts;
    if (ts === undefined || ts === '') return undefined;
    try {
      const found = await firstWithin(timeoutMs, client.chat.getPermalink({ channel, message_ts: ts }));
      if (found?.permalink !== undefined) known.set(incident, found.permalink);
      return found?.permalink;
    } catch (error) {
      log.warn({ incident, error: String(error) }, 'no link to the thread');
      return undefined;
    }
  };
}
