import type { types, webApi } from '@slack/bolt';
import type { Incident } from '../../incidents/model/incident.ts';
import type { Log } from '../../log.ts';
import type { Noticeboard, NoticeThread, Standing, Thread } from '../../outbox/outbox.ts';
import type { Catalog } from '../../playbooks/catalog.ts';
import { messageEvent } from '../ids.ts';
import { noticeMessage, withNotes } from '../views/notice.ts';
import { type ThreadMessage, thread } from '../views/thread.ts';
import { findMessage } from './find-message.ts';
import { sending, tolerant } from './send.ts';

export interface NotifierParts {
  readonly client: Pick<webApi.WebClient, 'chat' | 'conversations'>;
  readonly catalog: Catalog;
  readonly channel: string;
  readonly log: Log;
}

/** Puts the messages of incidents into the channel, and finds again those whose answer got lost. */
export function createNotifier(parts: NotifierParts): Noticeboard<ThreadMessage> {
  const { catalog } = parts;
  return {
    ...boardIn(parts),
    render: (incident, now, standing) =>
      shown(incident, catalog, now, standing).map((message) =>
        withNotes(message, standing?.notes.get(message.key) ?? []),
      ),
  };
}

/**
 * Nothing is posted of an incident that is held back, also where it ends like that: the summary tells of it. Nor of one
 * that went on in another before anybody could see it.
 */
function shown(
  incident: Incident,
  catalog: Catalog,
  now: number,
  standing: Standing | undefined,
): readonly ThreadMessage[] {
  const wentOn = incident.closed?.into !== undefined && standing?.root === 'none';
  return incident.held !== undefined || wentOn ? [] : thread(incident, catalog.get, now, standing?.files);
}

/** The same for what Relight has to say that is about no incident. */
export function createNoticeNotifier(
  parts: Omit<NotifierParts, 'catalog'>,
): Noticeboard<ThreadMessage, NoticeThread> {
  return { ...boardIn(parts), render: (notice) => [noticeMessage(notice)] };
}

function boardIn({
  client,
  channel,
  log,
}: Omit<NotifierParts, 'catalog'>): Omit<Noticeboard<ThreadMessage>, 'render'> {
  return {
    post: async (about, message, root) =>
      sending(log, message, async (content) => {
        const { ts } = await client.chat.postMessage({
          channel,
          ...content,
          ...literal,
          ...(root === undefined ? {} : { thread_ts: root }),
          metadata: metadataOf(about, message),
        });
        return ts;
      }),
    update: async (about, message, ts) =>
      tolerant(log, ts, async () =>
        sending(log, message, async (content) => {
          await client.chat.update({
            channel,
            ts,
            ...content,
            link_names: false,
            parse: 'none',
            metadata: metadataOf(about, message),
          });
          return ts;
        }),
      ),
    find: async (about, key, root) => findMessage(client, { channel, thread: about, key, root }),
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

function metadataOf({ id }: Thread, { key }: ThreadMessage): types.MessageMetadata {
  return { event_type: messageEvent, event_payload: { incident: id, key } };
}
