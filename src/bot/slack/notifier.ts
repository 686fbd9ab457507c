import type { types, webApi } from '@slack/bolt';
import { LRUCache } from 'lru-cache';
import type { Incident } from '../../incidents/model/incident.ts';
import type { Log } from '../../log.ts';
import type { NoticeThread, SlackThreads, Thread, ThreadState } from '../../outbox/outbox.ts';
import type { Catalog } from '../../playbooks/catalog.ts';
import { messageEvent } from '../ids.ts';
import { noticeMessage, withNotes } from '../views/notice.ts';
import { type ThreadMessage, thread } from '../views/thread.ts';
import { findMessage } from './find-message.ts';
import { sending, tolerant } from './send.ts';

export interface NotifierDeps {
  readonly client: Pick<webApi.WebClient, 'chat' | 'conversations'>;
  readonly catalog: Catalog;
  readonly channel: string;
  readonly log: Log;
}

/** Posts the messages of incidents to the channel, and finds a posted message again if Slack's response was lost. */
export function createNotifier(deps: NotifierDeps): SlackThreads<ThreadMessage> {
  const shown = renderedOnce(deps.catalog);
  return {
    ...channelMessages(deps),
    render: (incident, now, state) =>
      shown(incident, now, state).map((message) => withNotes(message, state?.notes.get(message.key) ?? [])),
  };
}

type Render = (incident: Incident, now: number, state: ThreadState | undefined) => readonly ThreadMessage[];

interface RenderedOnce {
  readonly incident: Incident;
  readonly about: string;
  readonly messages: readonly ThreadMessage[];
}

/**
 * The delivery renders a thread before each message that it sends, and twice more at the end. Half of the bot's time went
 * into that, so what is the same incident in the same second is rendered once. A changed incident is another object.
 */
function renderedOnce(catalog: Catalog): Render {
  const last = new LRUCache<string, RenderedOnce>({ max: 100 });
  return (incident, now, state) => {
    const files = [...(state?.files ?? [])];
    const about = JSON.stringify([Math.floor(now / 1_000), state?.root === 'none', files]);
    const known = last.get(incident.id);
    if (known?.incident === incident && known.about === about) return known.messages;
    const messages = shown(incident, catalog, now, state);
    last.set(incident.id, { incident, about, messages });
    return messages;
  };
}

/**
 * No messages for an incident that is held back, even once it has ended: the summary covers it. None either for one that
 * was merged into another before it had a thread.
 */
function shown(
  incident: Incident,
  catalog: Catalog,
  now: number,
  state: ThreadState | undefined,
): readonly ThreadMessage[] {
  const merged = incident.closed?.into !== undefined && state?.root === 'none';
  return incident.held !== undefined || merged ? [] : thread(incident, catalog.get, now, state?.files);
}

/** Posts notices, which belong to no incident. */
export function createNoticeNotifier(
  deps: Omit<NotifierDeps, 'catalog'>,
): SlackThreads<ThreadMessage, NoticeThread> {
  return { ...channelMessages(deps), render: (notice) => [noticeMessage(notice)] };
}

/** Sends to one channel, and finds again what was sent. */
export function channelMessages({
  client,
  channel,
  log,
}: Omit<NotifierDeps, 'catalog'>): Omit<SlackThreads<ThreadMessage, Thread>, 'render'> {
  return {
    post: async (about, message, root) =>
      sending(log, message, async (content) => {
        const sent = { channel, ...content, ...literal, metadata: metadataOf(about, message) };
        const { ts } = await client.chat.postMessage({
          ...sent,
          ...(root !== undefined && { thread_ts: root }),
        });
        return ts;
      }),
    update: async (about, message, ts) =>
      tolerant(log, ts, async () =>
        sending(log, message, async (content) => {
          const { link_names, parse } = literal;
          const metadata = metadataOf(about, message);
          await client.chat.update({ channel, ts, ...content, link_names, parse, metadata });
          return ts;
        }),
      ),
    find: async (about, key, root) => findMessage(client, { channel, thread: about, key, root }),
  };
}

/**
 * Messages quote untrusted text, so nothing in them may turn into a link, a preview or a mention.
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
