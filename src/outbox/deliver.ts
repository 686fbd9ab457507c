import { randomUUID } from 'node:crypto';
import type { Incident } from '../incidents/model/incident.ts';
import type { StepFiles } from '../incidents/record/step-files.ts';
import type { Clock } from '../ports/ports.ts';
import type { FileRows } from './file-rows.ts';
import { filesShown, notesOf } from './files-shown.ts';
import type { Limiter } from './limiter.ts';
import { type FilesWork, type MessageWork, nextWork, type Outbox } from './next-work.ts';
import type { Message, Noticeboard, Sent, Thread } from './outbox.ts';
import type { OutboxRows, Row } from './rows.ts';
import { posts, type ShowFiles } from './show-files.ts';

export interface DeliverParts<M extends Message, T extends Thread = Incident> {
  readonly rows: OutboxRows;
  readonly board: Noticeboard<M, T>;
  readonly fileRows: Pick<FileRows, 'all'>;
  readonly showFiles: ShowFiles;
  readonly limiter: Limiter;
  readonly clock: Clock;
  readonly load: (id: string) => Promise<T>;
  /** The files that are to stand in the thread, below the messages of their steps. */
  readonly filesOf: (thread: T) => readonly StepFiles[];
}

/** Makes a thread in Slack match its incident, or its notice; answers with the milliseconds after which to come again, 0 when all is said. */
export type Deliver = (id: string) => Promise<number>;

/** How long a post may be under way before others look for it: longer than the time limit of a call to Slack. */
const claimMs = 15_000;
/** After a call without an answer, how long until Slack's history is believed to show the message. */
const historyMs = 1_500;
const lockMs = 30_000;
const lookAgainMs = 1_000;
const rootKey = 'card';

export function createDeliver<M extends Message, T extends Thread>(parts: DeliverParts<M, T>): Deliver {
  return async (id) => {
    const owner = randomUUID();
    if (!(await parts.rows.lock(id, owner, lockMs))) return 500;
    try {
      return await deliverAll(parts, id, owner);
    } finally {
      await parts.rows.unlock(id, owner);
    }
  };
}

/** One message after the other, each from a fresh look at the incident: what changed meanwhile is not said twice. */
async function deliverAll<M extends Message, T extends Thread>(
  parts: DeliverParts<M, T>,
  id: string,
  owner: string,
): Promise<number> {
  for (;;) {
    const thread = await parts.load(id);
    const outbox = await look(parts, thread);
    const work = nextWork(outbox);
    if (typeof work === 'number') return Math.min(work, lookAgainMs);
    const wait = await takeRoom(parts, id, work);
    // Looked at again soon, since a decision that comes up meanwhile may go at once.
    if (wait > 0) return Math.min(wait, lookAgainMs);
    await parts.rows.lock(id, owner, lockMs);
    const root = outbox.rows.get(rootKey)?.ts || undefined;
    const again = await carryOut(parts, thread, work, root);
    if (again > 0) return again;
  }
}

async function look<M extends Message, T extends Thread>(
  parts: DeliverParts<M, T>,
  thread: T,
): Promise<Outbox<M>> {
  const now = parts.clock.now();
  const files = parts.filesOf(thread);
  const [rows, fileRows] = await Promise.all([
    parts.rows.all(thread.id),
    files.length === 0 ? new Map() : parts.fileRows.all(thread.id),
  ]);
  const root = rows.has(rootKey) ? 'posted' : 'none';
  const messages = parts.board.render(thread, now, {
    notes: notesOf(files, fileRows),
    files: filesShown(files, fileRows),
    root,
  });
  return { messages, rows, files, fileRows, now };
}

/** Uploading bytes and looking for files puts nothing into the channel, so it needs no room there. */
async function takeRoom<M extends Message>(
  { limiter }: Pick<DeliverParts<M>, 'limiter'>,
  thread: string,
  work: MessageWork<M> | FilesWork,
): Promise<number> {
  if (work.kind === 'message') return limiter.take(thread, work.urgency);
  return posts(work) ? limiter.take(thread, 'progress') : 0;
}

async function carryOut<M extends Message, T extends Thread>(
  parts: DeliverParts<M, T>,
  thread: T,
  work: MessageWork<M> | FilesWork,
  root: string | undefined,
): Promise<number> {
  if (work.kind === 'message')
    return work.row?.state === 'sent'
      ? update(parts, thread, work.message, work.row)
      : post(parts, thread, work, root);
  if (root === undefined) return lookAgainMs;
  await parts.showFiles({ thread, wanted: work.wanted, row: work.row, root });
  return 0;
}

async function update<M extends Message, T extends Thread>(
  parts: DeliverParts<M, T>,
  thread: T,
  message: M,
  row: Row,
): Promise<number> {
  const sent = await parts.board.update(thread, message, row.ts);
  // An update may be sent twice without harm, so an unknown outcome is simply sent again.
  if (sent.kind !== 'sent') return pauseAfter(parts, sent);
  await parts.rows.settle(thread.id, message.key, { ...row, print: message.print, seq: thread.seq });
  return 0;
}

async function post<M extends Message, T extends Thread>(
  parts: DeliverParts<M, T>,
  thread: T,
  { message, row }: MessageWork<M>,
  root: string | undefined,
): Promise<number> {
  const now = parts.clock.now();
  const claim: Row = { state: 'claimed', ts: '', print: '', seq: thread.seq, lookAt: now + claimMs };
  if (row === undefined) {
    if (!(await parts.rows.claim(thread.id, message.key, claim))) return 500;
  } else {
    if (row.lookAt > now) return row.lookAt - now;
    const ts = await parts.board.find(thread, message.key, root);
    // It stands there already: the empty print has it brought up to date as an update.
    if (ts !== undefined) return settlePost(parts, thread, message.key, { ...claim, state: 'sent', ts });
    await parts.rows.settle(thread.id, message.key, claim);
  }
  return settled(parts, thread, message, claim, await parts.board.post(thread, message, root));
}

async function settled<M extends Message, T extends Thread>(
  parts: DeliverParts<M, T>,
  thread: T,
  message: M,
  claim: Row,
  sent: Sent,
): Promise<number> {
  if (sent.kind === 'sent')
    return settlePost(parts, thread, message.key, {
      ...claim,
      state: 'sent',
      ts: sent.ts,
      print: message.print,
    });
  const wait = await pauseAfter(parts, sent);
  await settlePost(parts, thread, message.key, { ...claim, lookAt: parts.clock.now() + wait });
  return wait;
}

/** What Slack asks of one thread holds for all: the limit is that of the channel. */
async function pauseAfter<M extends Message, T extends Thread>(
  { limiter }: DeliverParts<M, T>,
  sent: Exclude<Sent, { kind: 'sent' }>,
): Promise<number> {
  if (sent.kind === 'unknown') return historyMs;
  await limiter.hold(sent.afterMs);
  return sent.afterMs;
}

async function settlePost<M extends Message, T extends Thread>(
  parts: DeliverParts<M, T>,
  thread: T,
  key: string,
  row: Row,
): Promise<number> {
  await parts.rows.settle(thread.id, key, row);
  return 0;
}
