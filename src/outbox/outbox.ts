import { z } from 'zod';
import type { OpsError } from '../errors.ts';
import type { Incident } from '../incidents/model/incident.ts';
import type { KeptFile } from '../ports/files.ts';

/** What the outbox and Slack agree on: which messages should stand, and what became of each call. */

/**
 * How soon a message must be there when Slack is short, the most urgent first. `awaited`: somebody is at work in this
 * thread; `announcement`: until its root stands, nobody knows of it.
 */
export const urgencies = ['awaited', 'announcement', 'decision', 'result', 'progress'] as const;
export type Urgency = (typeof urgencies)[number];

/** One message that should stand in the incident's thread. */
export interface Message {
  /** Unique in its incident, e.g. `card` or `step-resumed`; goes to Slack as metadata, to find the message again. */
  readonly key: string;
  readonly urgency: Urgency;
  /** Changes whenever what people see changes. */
  readonly print: string;
}

/** The key of the message of a step. */
export function stepMessageKey(step: string): string {
  return `step-${step}`;
}

/** What became of one call to Slack. `unknown`: no answer came, so the message may stand there or not. */
export type Sent =
  | { readonly kind: 'sent'; readonly ts: string }
  | { readonly kind: 'busy'; readonly afterMs: number }
  | { readonly kind: 'unknown' };

/** By the hash of its content, what became of a file; one that is still on its way is not in it. */
export type FilesShown = ReadonlyMap<string, 'shown' | 'failed'>;

export type Notes = ReadonlyMap<string, readonly string[]>;

/** What is known of a thread in Slack that its incident does not tell. */
export interface Standing {
  /** Lines to add to messages, by the message's key. */
  readonly notes: Notes;
  readonly files?: FilesShown;
  /** `none`: nothing of it was posted yet. */
  readonly root: 'posted' | 'none';
}

/** What has a root message in the channel: an incident, or a notice. */
export interface Thread {
  readonly id: string;
  /** The version of what is rendered. */
  readonly seq: number;
  readonly openedAt: number;
}

/** Something to say in the channel that is about no incident, such as that a source of alarms is silent. */
export const Notice = z.object({
  /** What it is about; the same one is said once. */
  id: z.string().regex(/^[a-z0-9-]{1,80}$/),
  sign: z.enum(['warning', 'done', 'later']),
  headline: z.string(),
  lines: z.array(z.string()).readonly(),
});
export type Notice = z.infer<typeof Notice>;

/** A notice as the outbox sees it: a root message that never changes. */
export interface NoticeThread extends Thread, Omit<Notice, 'id'> {}

/** A thread in Slack, as the outbox sees it. Implemented in `bot/notifier.ts`; a refused message throws. */
export interface Noticeboard<M extends Message = Message, T extends Thread = Incident> {
  /** Every message that should stand in the thread now, in reading order; the first one is the root. */
  readonly render: (thread: T, now: number, standing?: Standing) => readonly M[];
  readonly post: (thread: Thread, message: M, root: string | undefined) => Promise<Sent>;
  readonly update: (thread: Thread, message: M, ts: string) => Promise<Sent>;
  /** The ts of the message that carries this key, when one stands in the thread (or, without root, in the channel). */
  readonly find: (thread: Thread, key: string, root: string | undefined) => Promise<string | undefined>;
}

/** Why a call about files came to nothing. `refused`: Slack will not take it, now or later. */
export type Unshown =
  | Exclude<Sent, { kind: 'sent' }>
  | { readonly kind: 'refused'; readonly error: OpsError };

/**
 * Files go to Slack in two calls: the bytes are uploaded, which nobody sees, then all of a step are shown at once.
 * Implemented in `bot/file-board.ts`.
 */
export interface FileBoard {
  readonly upload: (
    file: KeptFile,
    bytes: Uint8Array,
  ) => Promise<{ readonly kind: 'uploaded'; readonly id: string } | Unshown>;
  /** Slack takes each upload once: a second call with the same ids is refused. */
  readonly show: (
    uploads: readonly { readonly id: string; readonly file: KeptFile }[],
    root: string,
  ) => Promise<{ readonly kind: 'taken' } | Unshown>;
  /** Whether the upload is to be seen in the thread. Throws when Slack cannot be asked. */
  readonly stands: (thread: Thread, id: string, root: string) => Promise<boolean>;
}
