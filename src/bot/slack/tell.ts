import type { webApi } from '@slack/bolt';
import type { Log } from '../../log.ts';

export interface ReplyTarget {
  readonly user: string;
  readonly channel: string;
  readonly thread?: string | undefined;
}

/**
 * Sends an ephemeral message to the person who clicked, where they clicked. Not `respond()`: in a thread it may post to
 * the channel, and its URL expires after 30 minutes. https://docs.slack.dev/reference/methods/chat.postEphemeral
 */
export async function tell(services: TellServices, target: ReplyTarget, text: string): Promise<void> {
  await tryToTell(services, target, text);
}

interface TellServices {
  readonly client: Pick<webApi.WebClient, 'chat'>;
  readonly log: Log;
}

/** Like `tell`; false if Slack did not take the message. */
export async function tryToTell(
  { client, log }: TellServices,
  { user, channel, thread }: ReplyTarget,
  text: string,
): Promise<boolean> {
  try {
    await client.chat.postEphemeral({
      user,
      channel,
      text,
      link_names: false,
      ...(thread === undefined ? {} : { thread_ts: thread }),
    });
    return true;
  } catch (error) {
    // The click is recorded and visible in the thread; only this reply is lost.
    log.warn({ user, channel, error: String(error) }, 'a reply to a person failed');
    return false;
  }
}
