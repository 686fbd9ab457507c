import type { webApi } from '@slack/bolt';
import type { Log } from '../../log.ts';

export interface Place {
  readonly user: string;
  readonly channel: string;
  readonly thread?: string | undefined;
}

/**
 * Says something to one person, where they pressed. Not `respond()`: from a thread it may answer in the channel, and its
 * address dies after 30 minutes. https://docs.slack.dev/reference/methods/chat.postEphemeral
 */
export async function tell(
  { client, log }: { readonly client: Pick<webApi.WebClient, 'chat'>; readonly log: Log },
  { user, channel, thread }: Place,
  text: string,
): Promise<void> {
  try {
    await client.chat.postEphemeral({
      user,
      channel,
      text,
      link_names: false,
      ...(thread === undefined ? {} : { thread_ts: thread }),
    });
  } catch (error) {
    // What they did is recorded and shows in the thread; only the sentence is lost.
    log.warn({ user, channel, error: String(error) }, 'a person could not be told');
  }
}
