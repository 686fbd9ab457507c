import type { webApi } from '@slack/bolt';
import { z } from 'zod';
import type { Incident } from '../incidents/incident.ts';
import { messageEvent } from './ids.ts';
import { asSlackError } from './slack-errors.ts';

export interface Wanted {
  readonly channel: string;
  readonly incident: Incident;
  readonly key: string;
  /** Undefined: look for the root message in the channel. */
  readonly root: string | undefined;
}

const pages = 5;
const perPage = 200;

const Page = z.object({
  messages: z.array(z.looseObject({ ts: z.string(), metadata: z.unknown() })).default([]),
  response_metadata: z.object({ next_cursor: z.string().optional() }).optional(),
});
const Metadata = z.object({
  event_type: z.literal(messageEvent),
  event_payload: z.object({ incident: z.string(), key: z.string() }),
});

/** Looks for a message of ours by the metadata it was posted with: https://docs.slack.dev/messaging/message-metadata */
export async function findMessage(
  client: Pick<webApi.WebClient, 'conversations'>,
  wanted: Wanted,
): Promise<string | undefined> {
  let cursor = '';
  for (let page = 0; page < pages; page += 1) {
    const { messages, response_metadata } = Page.parse(await readPage(client, wanted, cursor));
    const found = messages.find(({ metadata }) => isWanted(metadata, wanted));
    if (found !== undefined) return found.ts;
    cursor = response_metadata?.next_cursor ?? '';
    if (cursor === '') return undefined;
  }
  return undefined;
}

async function readPage(
  client: Pick<webApi.WebClient, 'conversations'>,
  { channel, incident, root }: Wanted,
  cursor: string,
): Promise<unknown> {
  const common = {
    channel,
    include_all_metadata: true,
    limit: perPage,
    ...(cursor === '' ? {} : { cursor }),
  };
  try {
    if (root !== undefined) return await client.conversations.replies({ ...common, ts: root });
    // A minute earlier, because Slack's clock gives the message its time and ours the incident.
    const oldest = String(Math.floor(incident.openedAt / 1_000) - 60);
    return await client.conversations.history({ ...common, oldest });
  } catch (thrown) {
    throw asSlackError(thrown);
  }
}

function isWanted(metadata: unknown, { incident, key }: Wanted): boolean {
  const parsed = Metadata.safeParse(metadata);
  const payload = parsed.data?.event_payload;
  return payload?.incident === incident.id && payload.key === key;
}
