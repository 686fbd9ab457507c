import type { Incident } from '../incidents/incident.ts';

/** What the outbox and Slack agree on: which messages should stand, and what became of each call. */

/** One message that should stand in the incident's thread. */
export interface Message {
  /** Unique in its incident, e.g. `card` or `step-resumed`; goes to Slack as metadata, to find the message again. */
  readonly key: string;
  readonly urgency: 'decision' | 'result' | 'progress';
  /** Changes whenever what people see changes. */
  readonly print: string;
}

/** What became of one call to Slack. `unknown`: no answer came, so the message may stand there or not. */
export type Sent =
  | { readonly kind: 'sent'; readonly ts: string }
  | { readonly kind: 'busy'; readonly afterMs: number }
  | { readonly kind: 'unknown' };

/** The thread in Slack, as the outbox sees it. Implemented in `bot/notifier.ts`; a refused message throws. */
export interface Noticeboard<M extends Message = Message> {
  /** Every message that should stand in the thread now, in reading order; the first one is the root. */
  readonly render: (incident: Incident, now: number) => readonly M[];
  readonly post: (incident: Incident, message: M, root: string | undefined) => Promise<Sent>;
  readonly update: (incident: Incident, message: M, ts: string) => Promise<Sent>;
  /** The ts of the message that carries this key, when one stands in the thread (or, without root, in the channel). */
  readonly find: (incident: Incident, key: string, root: string | undefined) => Promise<string | undefined>;
}
