import type { types } from '@slack/bolt';
import type { ListenerParts } from '../listeners/listener.ts';
import type { Asker } from '../outcome.ts';

/** What the person who sent a command reads, and nobody else. */
export interface Reply {
  readonly text: string;
  readonly blocks?: types.KnownBlock[];
  /** Done once Slack has been answered. */
  readonly after?: () => Promise<void>;
}

export interface CommandCall {
  readonly words: readonly string[];
  readonly asker: Asker;
  readonly trigger: string;
}

export interface Command {
  readonly name: string;
  /** What follows the name, for the help. */
  readonly takes: string;
  readonly does: string;
  readonly run: (parts: ListenerParts, call: CommandCall) => Promise<Reply>;
}
