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
  /** Whether the thread is older than what Redis holds, so that its messages may stand in Slack without a row. */
  readonly inDoubt: (thread: Thread) => Promise<boolean>;
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
  deps: SendDeps<M, T>,
  thread: T,
  work: MessageWork<M>,
  root: string | undefined,
): Promise<number> {
  const { rows, slackThreads, limiter, clock } = deps;
  const { message, row } = work;
  const now = clock.now();
  const claim: RowToWrite = { state: 'claimed', ts: '', print: '', seq: thread.seq, lookAt: now + claimMs };
  const commit: Commit = async (known) => rows.commit(thread.id, message.key, { ...claim, ...known });
  if (row === undefined && !(await rows.claim(thread.id, message.key, claim))) return 500;
  if (row !== undefined && row.lookAt > now) return row.lookAt - now;
  const standing = await standingWait(deps, thread, work, root, commit);
  if (standing !== undefined) return standing;
  const sent = await slackThreads.post(thread, message, root);
  const wait = sent.kind === 'sent' ? 0 : await pauseAfter(limiter, sent);
  await commit(
    sent.kind === 'sent'
      ? { state: 'sent', ts: sent.ts, print: message.renderHash }
      : { lookAt: clock.now() + wait },
  );
  return wait;
}

type Commit = (known: Partial<RowToWrite>) => Promise<void>;

/**
 * The ms after which to call again if the message need not be posted now: it is in Slack already, because an earlier post
 * had no answer or Redis has lost its row, or Slack cannot be asked.
 */
async function standingWait<M extends Message, T extends Thread>(
  { slackThreads, inDoubt, limiter, clock }: SendDeps<M, T>,
  thread: T,
  { message, row }: MessageWork<M>,
  root: string | undefined,
  commit: Commit,
): Promise<number | undefined> {
  if (row === undefined && !(await inDoubt(thread))) return undefined;
  const ts = await slackThreads.find(thread, message.key, root);
  if (typeof ts === 'object') {
    const wait = await pauseAfter(limiter, ts);
    await commit({ lookAt: clock.now() + wait });
    return wait;
  }
  // If it was already posted, the empty `print` makes the next round update it.
  await commit(ts === undefined ? {} : { state: 'sent', ts });
  return ts === undefined ? undefined : 0;
}

/** A rate limit that Slack reports for one thread applies to all: it is the channel's limit. */
async function pauseAfter(limiter: Limiter, sent: NotSent): Promise<number> {
  if (sent.kind === 'unknown') return historyMs;
  await limiter.pauseFor(sent.afterMs);
  return sent.afterMs;
}
