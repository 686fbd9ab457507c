import type { TimeLimit } from '../../ports/ports.ts';

/**
 * How long the bot may take for the parts of a reply, in ms. Slack waits 3 s for the whole, or the person sees an error:
 * https://docs.slack.dev/interactivity/handling-user-interaction#acknowledgment_response
 */
export interface ReplyLimits {
  /** Until Slack has said who the person is. */
  readonly lookup: number;
  /** Until the decision is in the journal. */
  readonly record: number;
  /** Until the text of the reply to a command is known: https://docs.slack.dev/interactivity/implementing-slash-commands */
  readonly command: number;
}

export const replyLimits: ReplyLimits = { lookup: 1_000, record: 1_500, command: 2_700 };

/** Slack waits 3 s for a reply, and a trigger lives as long: what has to be looked up for one may take this long. */
export const lookMs = 1_200;

/** A limit that counts from now. */
export function within(ms: number): TimeLimit {
  const until = performance.now() + ms;
  return { msLeft: () => until - performance.now() };
}

/** The value of the promise, or undefined if it takes longer. A rejection after the deadline is ignored. */
export async function firstWithin<T>(ms: number, promise: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
    promise.catch(() => undefined);
  }
}
