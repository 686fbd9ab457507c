import type { types, webApi } from '@slack/bolt';
import type { Incident } from '../incidents/incident.ts';
import type { Log } from '../log.ts';
import type { Catalog } from '../playbooks/catalog.ts';
import type { Noticeboard } from '../queue/outbox.ts';
import { findMessage } from './find-message.ts';
import { messageEvent } from './ids.ts';
import { sending, tolerant } from './send.ts';
import { withNotes } from './views/notes.ts';
import { type ThreadMessage, thread } from './views/thread.ts';

export interface NotifierParts {
  readonly client: Pick<webApi.WebClient, 'chat' | 'conversations'>;
  readonly catalog: Catalog;
  readonly channel: string;
  readonly log: Log;
}

/** Puts the incident's messages into the channel, and finds again those whose answer got lost. */
export function createNotifier({ client, catalog, channel, log }: NotifierParts): Noticeboard<ThreadMessage> {
  return {
    render: (incident, now, notes) =>
      thread(incident, catalog.get, now).map((message) => withNotes(message, notes?.get(message.key) ?? [])),
    post: async (incident, message, root) =>
      sending(log, message, async (content) => {
        const { ts } = await client.chat.postMessage({
          channel,
          ...content,
          ...literal,
          ...(root === undefined ? {} : { thread_ts: root }),
          metadata: metadataOf(incident, message),
        });
        return ts;
      }),
    update: async (incident, message, ts) =>
      tolerant(log, ts, async () =>
        sending(log, message, async (content) => {
          await client.chat.update({
            channel,
            ts,
            ...content,
            link_names: false,
            parse: 'none',
            metadata: metadataOf(incident, message),
          });
          return ts;
        }),
      ),
    find: async (incident, key, root) => findMessage(client, { channel, incident, key, root }),
  };
}

/**
 * Nothing in our messages is to become a link, a preview or a mention: they quote what others wrote.
 * https://docs.slack.dev/reference/methods/chat.postMessage#formatting
 */
const literal = {
  unfurl_links: false,
  unfurl_media: false,
  link_names: false,
  parse: 'none',
  mrkdwn: false,
} as const;

function metadataOf({ id }: Incident, { key }: ThreadMessage): types.MessageMetadata {
  return { event_type: messageEvent, event_payload: { incident: id, key } };
}
