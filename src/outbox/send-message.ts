import type { Clock } from '../ports/ports.ts';
import type { Limiter } from './limiter.ts';
import type { MessageWork } from './next-work.ts';
import type { Message, NotSent, SlackThreads, Thread } from './outbox.ts';
import type { OutboxRows, RowToWrite } from './rows.ts';

export interface SendDeps<M extends Message, T extends Thread> {
  readonly rows: OutboxRows;
  readonly slackThreads: SlackThreads<M, T>;
  readonly limiter: Limiter;
  readonly clock: Clock;
}

/** How long a post may be in flight before others look for it: longer than the timeout of a Slack call. */
const claimMs = 15_000;
/** How long after a call without a response Slack's history reliably shows the message. */
const historyMs = 1_500;

/** Posts or updates a message. Returns the ms after which to call again, 0 when it is sent. */
export async function sendMessage<M extends Message, T extends Thread>(
  deps: SendDeps<M, T>,
  thread: T,
  work: MessageWork<M>,
  root: string | undefined,
): Promise<number> {
  const { message, row } = work;
  if (row?.state !== 'sent') return post(deps, thread, work, root);
  const sent = await deps.slackThreads.update(thread, message, row.ts);
  // Updates are idempotent, so one with an unknown result is simply sent again.
  if (sent.kind !== 'sent') return pauseAfter(deps.limiter, sent);
  const shown = { ...row, print: message.renderHash, seq: thread.seq };
  await deps.rows.commit(thread.id, message.key, shown, row.revision);
  return 0;
}

async function post<M extends Message, T extends Thread>(
  { rows, slackThreads, limiter, clock }: SendDeps<M, T>,
  thread: T,
  { message, row }: MessageWork<M>,
  root: string | undefined,
): Promise<number> {
  const now = clock.now();
  const claim: RowToWrite = { state: 'claimed', ts: '', print: '', seq: thread.seq, lookAt: now + claimMs };
  const commit = (known: Partial<RowToWrite>): Promise<void> =>
    rows.commit(thread.id, message.key, { ...claim, ...known });
  if (row === undefined) {
    if (!(await rows.claim(thread.id, message.key, claim))) return 500;
  } else {
    if (row.lookAt > now) return row.lookAt - now;
    const ts = await slackThreads.find(thread, message.key, root);
    if (typeof ts === 'object') return later(limiter, ts, commit, now);
    // If it was already posted, the empty `print` makes the next round update it.
    await commit(ts === undefined ? {} : { state: 'sent', ts });
    if (ts !== undefined) return 0;
  }
  const sent = await slackThreads.post(thread, message, root);
  const wait = sent.kind === 'sent' ? 0 : await pauseAfter(limiter, sent);
  await commit(
    sent.kind === 'sent'
      ? { state: 'sent', ts: sent.ts, print: message.renderHash }
      : { lookAt: clock.now() + wait },
  );
  return wait;
}

/** Slack could not be asked whether the message was posted, so it is not posted yet. */
async function later(
  limiter: Limiter,
  notSent: NotSent,
  commit: (known: Partial<RowToWrite>) => Promise<void>,
  now: number,
): Promise<number> {
  const wait = await pauseAfter(limiter, notSent);
  await commit({ lookAt: now + wait });
  return wait;
}

/** A rate limit that Slack reports for one thread applies to all: it is the channel's limit. */
async function pauseAfter(limiter: Limiter, sent: NotSent): Promise<number> {
  if (sent.kind === 'unknown') return historyMs;
  await limiter.pauseFor(sent.afterMs);
  return sent.afterMs;
}
