import { randomUUID } from 'node:crypto';
import type { Incident } from '../incidents/model/incident.ts';
import type { StepFiles } from '../incidents/record/step-files.ts';
import type { Clock } from '../ports/ports.ts';
import type { FileRows } from './file-rows.ts';
import { filesShown, notesOf } from './files-shown.ts';
import type { Limiter } from './limiter.ts';
import { type FilesWork, type MessageWork, nextWork, type Outbox } from './next-work.ts';
import type { Message, SendResult, SlackThreads, Thread } from './outbox.ts';
import type { OutboxRows, Row } from './rows.ts';
import { postsMessage, type ShowFiles } from './show-files.ts';

export interface DeliverDeps<M extends Message, T extends Thread = Incident> {
  readonly rows: OutboxRows;
  readonly slackThreads: SlackThreads<M, T>;
  readonly fileRows: Pick<FileRows, 'all'>;
  readonly showFiles: ShowFiles;
  readonly limiter: Limiter;
  readonly clock: Clock;
  readonly load: (id: string) => Promise<T>;
  /** The files to show in the thread, below the messages of their steps. */
  readonly filesOf: (thread: T) => readonly StepFiles[];
}

/** Brings a Slack thread up to date with its incident or notice. Returns the ms after which to call again, 0 when done. */
export type Deliver = (id: string) => Promise<number>;

/** How long a post may be in flight before others look for it: longer than the timeout of a Slack call. */
const claimMs = 15_000;
/** How long after a call without a response Slack's history reliably shows the message. */
const historyMs = 1_500;
const lockMs = 30_000;
const checkAgainMs = 1_000;
const rootKey = 'card';

export function createDeliver<M extends Message, T extends Thread>(deps: DeliverDeps<M, T>): Deliver {
  return async (id) => {
    const owner = randomUUID();
    if (!(await deps.rows.lock(id, owner, lockMs))) return 500;
    try {
      return await deliverAll(deps, id, owner);
    } finally {
      await deps.rows.unlock(id, owner);
    }
  };
}

/** Sends one message at a time and reloads the incident before each, so that every message reflects the latest state. */
async function deliverAll<M extends Message, T extends Thread>(
  deps: DeliverDeps<M, T>,
  id: string,
  owner: string,
): Promise<number> {
  for (;;) {
    const thread = await deps.load(id);
    const outbox = await readOutbox(deps, thread);
    const work = nextWork(outbox);
    if (typeof work === 'number') return Math.min(work, checkAgainMs);
    const wait = await takeToken(deps, id, work);
    // Check again soon: a decision that arrives in the meantime may be sent immediately.
    if (wait > 0) return Math.min(wait, checkAgainMs);
    await deps.rows.lock(id, owner, lockMs);
    const root = outbox.rows.get(rootKey)?.ts || undefined;
    const again = await carryOut(deps, thread, work, root);
    if (again > 0) return again;
  }
}

async function readOutbox<M extends Message, T extends Thread>(
  deps: DeliverDeps<M, T>,
  thread: T,
): Promise<Outbox<M>> {
  const now = deps.clock.now();
  const files = deps.filesOf(thread);
  const [rows, fileRows] = await Promise.all([
    deps.rows.all(thread.id),
    files.length === 0 ? new Map() : deps.fileRows.all(thread.id),
  ]);
  const root = rows.has(rootKey) ? 'posted' : 'none';
  const messages = deps.slackThreads.render(thread, now, {
    notes: notesOf(files, fileRows),
    files: filesShown(files, fileRows),
    root,
  });
  return { messages, rows, files, fileRows, now };
}

/** Uploading bytes and searching for files post nothing to the channel, so they need no token. */
async function takeToken<M extends Message>(
  { limiter }: Pick<DeliverDeps<M>, 'limiter'>,
  thread: string,
  work: MessageWork<M> | FilesWork,
): Promise<number> {
  if (work.kind === 'message') return limiter.take(thread, work.urgency);
  return postsMessage(work) ? limiter.take(thread, 'progress') : 0;
}

async function carryOut<M extends Message, T extends Thread>(
  deps: DeliverDeps<M, T>,
  thread: T,
  work: MessageWork<M> | FilesWork,
  root: string | undefined,
): Promise<number> {
  if (work.kind === 'message')
    return work.row?.state === 'sent'
      ? update(deps, thread, work.message, work.row)
      : post(deps, thread, work, root);
  if (root === undefined) return checkAgainMs;
  await deps.showFiles({ thread, wanted: work.wanted, row: work.row, root });
  return 0;
}

async function update<M extends Message, T extends Thread>(
  deps: DeliverDeps<M, T>,
  thread: T,
  message: M,
  row: Row,
): Promise<number> {
  const sent = await deps.slackThreads.update(thread, message, row.ts);
  // Updates are idempotent, so one with an unknown result is simply sent again.
  if (sent.kind !== 'sent') return pauseAfter(deps, sent);
  await deps.rows.commit(thread.id, message.key, { ...row, print: message.renderHash, seq: thread.seq });
  return 0;
}

async function post<M extends Message, T extends Thread>(
  deps: DeliverDeps<M, T>,
  thread: T,
  { message, row }: MessageWork<M>,
  root: string | undefined,
): Promise<number> {
  const now = deps.clock.now();
  const claim: Row = { state: 'claimed', ts: '', print: '', seq: thread.seq, lookAt: now + claimMs };
  if (row === undefined) {
    if (!(await deps.rows.claim(thread.id, message.key, claim))) return 500;
  } else {
    if (row.lookAt > now) return row.lookAt - now;
    const ts = await deps.slackThreads.find(thread, message.key, root);
    // Already posted. The empty `print` makes the next round update it.
    if (ts !== undefined) return commitPost(deps, thread, message.key, { ...claim, state: 'sent', ts });
    await deps.rows.commit(thread.id, message.key, claim);
  }
  return afterPost(deps, thread, message, claim, await deps.slackThreads.post(thread, message, root));
}

async function afterPost<M extends Message, T extends Thread>(
  deps: DeliverDeps<M, T>,
  thread: T,
  message: M,
  claim: Row,
  sent: SendResult,
): Promise<number> {
  if (sent.kind === 'sent')
    return commitPost(deps, thread, message.key, {
      ...claim,
      state: 'sent',
      ts: sent.ts,
      print: message.renderHash,
    });
  const wait = await pauseAfter(deps, sent);
  await commitPost(deps, thread, message.key, { ...claim, lookAt: deps.clock.now() + wait });
  return wait;
}

/** A rate limit that Slack reports for one thread applies to all: it is the channel's limit. */
async function pauseAfter<M extends Message, T extends Thread>(
  { limiter }: DeliverDeps<M, T>,
  sent: Exclude<SendResult, { kind: 'sent' }>,
): Promise<number> {
  if (sent.kind === 'unknown') return historyMs;
  await limiter.pauseFor(sent.afterMs);
  return sent.afterMs;
}

async function commitPost<M extends Message, T extends Thread>(
  deps: DeliverDeps<M, T>,
  thread: T,
  key: string,
  row: Row,
): Promise<number> {
  await deps.rows.commit(thread.id, key, row);
  return 0;
}
