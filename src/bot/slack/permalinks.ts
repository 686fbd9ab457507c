import type { webApi } from '@slack/bolt';
import type { Log } from '../../log.ts';
import type { OutboxRows } from '../../outbox/rows.ts';
import { firstWithin } from '../clicks/deadline.ts';

/** The address of an incident's thread; undefined if it has none, or if Slack does not return the address in time. */
export type LinkTo = (incident: string) => Promise<string | undefined>;

const timeoutMs = 3_000;

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
  return async (incident) => {
    const ts = (await rows.all(incident)).get('card')?.ts;
    if (ts === undefined || ts === '') return undefined;
    try {
      return (await firstWithin(timeoutMs, client.chat.getPermalink({ channel, message_ts: ts })))?.permalink;
    } catch (error) {
      log.warn({ incident, error: String(error) }, 'no link to the thread');
      return undefined;
    }
  };
}
