import type { Refusal } from '../../incidents/click-result.ts';
import type { TimeLimit } from '../../ports/ports.ts';
import { type ListenerServices, replyAndAdvance } from '../clicks/answer.ts';
import type { ClickResponse, Requester } from '../clicks/click.ts';
import { answerText } from '../views/answers.ts';
import { inDrill } from '../views/drills/drill-words.ts';
import type { Rendered } from '../views/render-limits.ts';

/** The reply to a command, visible only to the person who sent it. */
export interface Reply {
  readonly text: string;
  readonly blocks?: Rendered['blocks'];
  /** Runs after Slack has its acknowledgment. */
  readonly after?: () => Promise<void>;
}

export interface CommandCall {
  readonly words: readonly string[];
  readonly requester: Requester;
  readonly trigger: string;
  /** For what the command changes: until the person is told that nothing was recorded. It counts from their request. */
  readonly limit: TimeLimit;
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

/** The reply to a command that opened a form. */
export const formIsOpen: Reply = { text: 'The form is open.' };

/** The reply to a person whose role does not allow the command. */
export function refusedReply(refusal: Refusal): Reply {
  return { text: answerText({ kind: 'refused', ...refusal }) };
}

/** The reply to a command that does the same as a button. `result` is undefined if it opened a form. */
export function replyTo(services: ListenerServices, incident: string, result?: ClickResponse): Reply {
  if (result === undefined) return formIsOpen;
  const after = (): Promise<void> => replyAndAdvance(services, incident, result, undefined);
  return { text: inDrill(incident, answerText(result)), after };
}
