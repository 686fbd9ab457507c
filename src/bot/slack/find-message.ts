import type { webApi } from '@slack/bolt';
import { z } from 'zod';
import type { NotSent, Thread } from '../../outbox/outbox.ts';
import { messageEvent } from '../ids.ts';
import { asSlackError, failureOf, refusalError } from './slack-errors.ts';

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

/**
 * Finds one of Relight's messages by the metadata it was posted with: https://docs.slack.dev/messaging/message-metadata
 * Throws if Slack refuses the search.
 */
export async function findMessage(
  client: Client,
  query: MessageQuery,
): Promise<string | undefined | NotSent> {
  try {
    return await find(client, query, ({ metadata }) => matchesQuery(metadata, query));
  } catch (thrown) {
    const failure = failureOf(thrown);
    if (failure.kind === 'refused') throw refusalError(failure.error, thrown);
    return failure;
  }
}

/** The ts of the message that shows the file with this Slack id. Throws if Slack does not respond. */
export async function findFile(
  client: Client,
  scope: SearchScope,
  file: string,
): Promise<string | undefined> {
  try {
    return await find(client, scope, ({ files }) => files.some(({ id }) => id === file));
  } catch (thrown) {
    throw asSlackError(thrown);
  }
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
  if (root !== undefined) return client.conversations.replies({ ...common, ts: root });
  // A minute earlier, because the message has Slack's time and the thread has ours.
  const oldest = String(Math.floor(thread.openedAt / 1_000) - 60);
  return client.conversations.history({ ...common, oldest });
}

function matchesQuery(metadata: unknown, { thread, key }: MessageQuery): boolean {
  const payload = Metadata.safeParse(metadata).data?.event_payload;
  return payload?.incident === thread.id && payload.key === key;
}
