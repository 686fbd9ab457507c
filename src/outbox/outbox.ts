import { z } from 'zod';
import type { OpsError } from '../errors.ts';
import { Call } from '../incidents/model/calls/call.ts';
import type { Incident } from '../incidents/model/incident.ts';
import type { KeptFile } from '../ports/files.ts';

/**
 * The order in which messages are sent when Slack's rate limit is short, most urgent first. `awaited`: someone is working
 * in this thread; `announcement`: nobody knows about the incident until its root message is posted.
 */
export const urgencies = ['awaited', 'announcement', 'decision', 'result', 'progress'] as const;
export type Urgency = (typeof urgencies)[number];

export interface Message {
  /** Unique per incident, e.g. `card` or `step-resumed`. Sent to Slack as metadata, to find the message again. */
  readonly key: string;
  readonly urgency: Urgency;
  /** Changes whenever the visible content changes. */
  readonly renderHash: string;
}

export function stepMessageKey(step: string): string {
  return `step-${step}`;
}

/** The result of a Slack call. `unknown`: no response, so the message may or may not have been posted. */
export type SendResult =
  | { readonly kind: 'sent'; readonly ts: string }
  | { readonly kind: 'busy'; readonly afterMs: number }
  | { readonly kind: 'unknown' };

/** Slack did not carry a call out, or did not say whether it did. */
export type NotSent = Exclude<SendResult, { readonly kind: 'sent' }>;

/** The final state of files, by content hash; files still in delivery are missing. */
export type FilesShown = ReadonlyMap<string, 'shown' | 'failed'>;

export type Notes = ReadonlyMap<string, readonly string[]>;

/** Facts about a Slack thread that its incident does not contain. */
export interface ThreadState {
  /** Lines to add to messages, by message key. */
  readonly notes: Notes;
  readonly files?: FilesShown;
  /** `none`: nothing was posted yet. */
  readonly root: 'posted' | 'none';
}

/** An incident or a notice: anything with a root message in the channel. */
export interface Thread {
  readonly id: string;
  /** The version of the rendered content. */
  readonly seq: number;
  readonly openedAt: number;
}

/** A message in the channel that belongs to no incident, such as "an alarm source is silent". */
export const Notice = z.object({
  /** Deduplicates: a notice with the same id is posted once. */
  id: z.string().regex(/^[a-z0-9-]{1,80}$/),
  sign: z.enum(['warning', 'done', 'later']),
  headline: z.string(),
  lines: z.array(z.string()).readonly(),
  /** The people whom it mentions. */
  call: Call.optional(),
});
export type Notice = z.infer<typeof Notice>;

/** A notice as a thread: a root message that never changes. */
export interface NoticeThread extends Thread, Omit<Notice, 'id'> {}

/** Renders and posts the messages of Slack threads. Implemented in `bot/slack/notifier.ts`; a refused message throws. */
export interface SlackThreads<M extends Message = Message, T extends Thread = Incident> {
  /** All messages that the thread should have now, in reading order; the first is the root. */
  readonly render: (thread: T, now: number, standing?: ThreadState) => readonly M[];
  readonly post: (thread: T, message: M, root: string | undefined) => Promise<SendResult>;
  readonly update: (thread: Thread, message: M, ts: string) => Promise<SendResult>;
  /** The ts of the message with this key in the thread or, without a root, in the channel; undefined if there is none. */
  readonly find: (thread: T, key: string, root: string | undefined) => Promise<string | undefined | NotSent>;
}

/** Why a file call failed. `refused`: Slack rejects it permanently. */
export type FileFailure = NotSent | { readonly kind: 'refused'; readonly error: OpsError };

/**
 * Puts files into Slack threads in two calls: an upload that nobody sees, then one that shows all files of a step.
 * Implemented in `bot/slack/slack-files.ts`.
 */
export interface SlackFiles {
  readonly upload: (
    file: KeptFile,
    bytes: Uint8Array,
  ) => Promise<{ readonly kind: 'uploaded'; readonly id: string } | FileFailure>;
  /** Slack accepts each upload once: a second call with the same ids is refused. */
  readonly show: (
    uploads: readonly { readonly id: string; readonly file: KeptFile }[],
    root: string,
  ) => Promise<{ readonly kind: 'taken' } | FileFailure>;
  /** Whether the upload is visible in the thread. Throws if Slack does not respond. */
  readonly isShown: (thread: Thread, id: string, root: string) => Promise<boolean>;
}
