import type { webApi } from '@slack/bolt';
import { z } from 'zod';
import type { Thread } from '../../outbox/outbox.ts';
import { messageEvent } from '../ids.ts';
import { asSlackError } from './slack-errors.ts';

export interface Place {
  readonly channel: string;
  readonly thread: Thread;
  /** Undefined: look for the root message in the channel. */
  readonly root: string | undefined;
}

export interface Wanted extends Place {
  readonly key: string;
}

type Client = Pick<webApi.WebClient, 'conversations'>;

const pages = 5;
const perPage = 200;

const Message = z.looseObject({
  ts: z.string(),
  // What people write has none.
  metadata: z.unknown().optional(),
  // What else is in here depends on the app's scopes; the id always is.
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

/** Looks for a message of ours by the metadata it was posted with: https://docs.slack.dev/messaging/message-metadata */
export async function findMessage(client: Client, wanted: Wanted): Promise<string | undefined> {
  return find(client, wanted, ({ metadata }) => isWanted(metadata, wanted));
}

/** The ts of the message that shows the file with Slack's id `file`. */
export async function findFile(client: Client, place: Place, file: string): Promise<string | undefined> {
  return find(client, place, ({ files }) => files.some(({ id }) => id === file));
}

async function find(
  client: Client,
  place: Place,
  matches: (message: Message) => boolean,
): Promise<string | undefined> {
  let cursor = '';
  for (let page = 0; page < pages; page += 1) {
    const { messages, response_metadata } = Page.parse(await readPage(client, place, cursor));
    const found = messages.find(matches);
    if (found !== undefined) return found.ts;
    cursor = response_metadata?.next_cursor ?? '';
    if (cursor === '') return undefined;
  }
  return undefined;
}

async function readPage(client: Client, { channel, thread, root }: Place, cursor: string): Promise<unknown> {
  const common = {
    channel,
    include_all_metadata: true,
    limit: perPage,
    ...(cursor === '' ? {} : { cursor }),
  };
  try {
    if (root !== undefined) return await client.conversations.replies({ ...common, ts: root });
    // A minute earlier, because Slack's clock gives the message its time and ours the thread.
    const oldest = String(Math.floor(thread.openedAt / 1_000) - 60);
    return await client.conversations.history({ ...common, oldest });
  } catch (thrown) {
    throw asSlackError(thrown);
  }
}

function isWanted(metadata: unknown, { thread, key }: Wanted): boolean {
  const parsed = Metadata.safeParse(metadata);
  const payload = parsed.data?.event_payload;
  return payload?.incident === thread.id && payload.key === key;
}
