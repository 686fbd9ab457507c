import type { webApi } from '@slack/bolt';
import { noResponse, type SlackGate } from '../../outbox/slack-gate.ts';
import { failureOf } from './slack-errors.ts';

/** Asks Slack whether the bot could post in the channel now, without posting, and tells the gate. */
export async function tryChannel(
  client: Pick<webApi.WebClient, 'conversations' | 'auth'>,
  channel: string,
  gate: SlackGate,
): Promise<void> {
  if ((await gate.enter()) !== 'probe') return;
  const error = await whyNot(client, channel);
  if (error === undefined) await gate.taken();
  else await gate.refused(error);
}

/** Slack's error code, as for a message; undefined if the bot could post. */
async function whyNot(
  client: Pick<webApi.WebClient, 'conversations' | 'auth'>,
  channel: string,
): Promise<string | undefined> {
  try {
    await client.auth.test();
    const { channel: found } = await client.conversations.info({ channel });
    if (found?.is_archived === true) return 'is_archived';
    return found?.is_member === false ? 'not_in_channel' : undefined;
  } catch (thrown) {
    const failure = failureOf(thrown);
    return failure.kind === 'refused' ? failure.error : noResponse;
  }
}
