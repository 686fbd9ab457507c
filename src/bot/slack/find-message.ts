import type { webApi } from '@slack/bolt';
import { z } from 'zod';
import type { Thread } from '../../outbox/outbox.ts';
import { messageEvent } from '../ids.ts';
import { asSlackError } from './slack-errors.ts';

export interface SearchScope {
  readonly channel: string;
  readonly thread: Thread;
  /** Undefined: look for the root message in the channel. */
  readonly root: string | undefined;
}

export type MessageQuery = SearchScope & { readonly key: string };

type Client = Pick<webApi.WebClient, 'conversations'>;

const maxPages = 5;
const perPage = 200;

const Message = z.looseObject({
  ts: z.string(),
  // Messages from people have none.
  metadata: z.unknown().optional(),
  // Other fields depend on the app's scopes; the id is always there.
  files: z.array(z.looseObject({ id: z.string().optional() })).default([]),
});
type Message = z.infer<typeof Message>;
const Page = z.object({
  messages: z.array(Message).default([]),
  response_metadata: z.object({ next_cursor: z.string().optional() }).optional(),
});
const Metadata = z.object({
  event_type: z.literal(messageEvent),
  event_payload: z.object({ incident: z.string(), key: z.string() }),
});

/** Finds one of Relight's messages by the metadata it was posted with: https://docs.slack.dev/messaging/message-metadata */
export async function findMessage(client: Client, query: MessageQuery): Promise<string | undefined> {
  return find(client, query, ({ metadata }) => matchesQuery(metadata, query));
}

/** The ts of the message that shows the file with this Slack id. */
export async function findFile(
  client: Client,
  scope: SearchScope,
  file: string,
): Promise<string | undefined> {
  return find(client, scope, ({ files }) => files.some(({ id }) => id === file));
}

async function find(
  client: Client,
  scope: SearchScope,
  matches: (message: Message) => boolean,
): Promise<string | undefined> {
  let cursor = '';
  for (let page = 0; page < maxPages; page += 1) {
    const { messages, response_metadata } = Page.parse(await readPage(client, scope, cursor));
    const found = messages.find(matches);
    if (found !== undefined) return found.ts;
    cursor = response_metadata?.next_cursor ?? '';
    if (cursor === '') return undefined;
  }
  return undefined;
}

async function readPage(
  client: Client,
  { channel, thread, root }: SearchScope,
  cursor: string,
): Promise<unknown> {
  const common = { channel, include_all_metadata: true, limit: perPage, ...(cursor !== '' && { cursor }) };
  try {
    if (root !== undefined) return await client.conversations.replies({ ...common, ts: root });
    // A minute earlier, because the message has Slack's time and the thread has ours.
    const oldest = String(Math.floor(thread.openedAt / 1_000) - 60);
    return await client.conversations.history({ ...common, oldest });
  } catch (thrown) {
    throw asSlackError(thrown);
  }
}

function matchesQuery(metadata: unknown, { thread, key }: MessageQuery): boolean {
  const payload = Metadata.safeParse(metadata).data?.event_payload;
  return payload?.incident === thread.id && payload.key === key;
}
