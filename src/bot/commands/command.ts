import type { types } from '@slack/bolt';
import type { ListenerParts } from '../clicks/answer.ts';
import type { Asker } from '../clicks/outcome-form.ts';

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
