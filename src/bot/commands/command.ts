import type { types } from '@slack/bolt';
import type { ListenerServices } from '../clicks/answer.ts';
import type { Requester } from '../clicks/click.ts';

/** The reply to a command, visible only to the person who sent it. */
export interface Reply {
  readonly text: string;
  readonly blocks?: types.KnownBlock[];
  /** Runs after Slack has its acknowledgment. */
  readonly after?: () => Promise<void>;
}

export interface CommandCall {
  readonly words: readonly string[];
  readonly requester: Requester;
  readonly trigger: string;
}

export interface Command {
  readonly name: string;
  /** A name that it had before, which still works. */
  readonly formerName?: string;
  /** The arguments, for the help. */
  readonly takes: string;
  readonly does: string;
  readonly run: (services: ListenerServices, call: CommandCall) => Promise<Reply>;
}
