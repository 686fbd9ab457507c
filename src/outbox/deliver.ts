import { randomUUID } from 'node:crypto';
import type { Incident } from '../incidents/model/incident.ts';
import type { StepFiles } from '../incidents/record/step-files.ts';
import type { FileRows } from './file-rows.ts';
import { filesShown, notesOf } from './files-shown.ts';
import { type FilesWork, type MessageWork, nextWork, type Outbox } from './next-work.ts';
import type { Message, Thread } from './outbox.ts';
import { type SendDeps, sendMessage } from './send-message.ts';
import { postsMessage, type ShowFiles } from './show-files.ts';

export interface DeliverDeps<M extends Message, T extends Thread = Incident> extends SendDeps<M, T> {
  readonly fileRows: Pick<FileRows, 'all'>;
  readonly showFiles: ShowFiles;
  readonly load: (id: string) => Promise<T>;
  /** The files to show in the thread, below the messages of their steps. */
  readonly filesOf: (thread: T) => readonly StepFiles[];
  /** Called when the thread shows everything that it should at this time. */
  readonly delivered?: (thread: T, now: number) => Promise<void>;
}

/** Brings a Slack thread up to date with its incident or notice. Returns the ms after which to call again, 0 when done. */
export type Deliver = (id: string) => Promise<number>;

/** Longer than one call to Slack may take: 10 s. Another process goes on with the thread of a killed one after this time. */
const lockMs = 12_000;
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
    if (work === 0) await deps.delivered?.(thread, outbox.now);
    if (typeof work === 'number') return Math.min(work, checkAgainMs);
    const wait = await takeToken(deps, id, work);
    // Check again soon: a decision that arrives in the meantime may be sent immediately.
    if (wait > 0) return Math.min(wait, checkAgainMs);
    // Suspended for longer than the lock lasts: another process delivers this thread now.
    if (!(await deps.rows.lock(id, owner, lockMs))) return 500;
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
  if (work.kind === 'message') return sendMessage(deps, thread, work, root);
  if (root === undefined) return checkAgainMs;
  await deps.showFiles({ thread, wanted: work.wanted, row: work.row, root });
  return 0;
}
