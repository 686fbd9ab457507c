import type { StepFiles } from '../incidents/step-files.ts';
import type { FileRow } from './file-rows.ts';
import { type Message, type Notes, stepMessageKey } from './outbox.ts';
import type { Row } from './outbox-rows.ts';
import { unshownLines } from './show-files.ts';

/** What should stand in one thread, and what is known to stand there. */
export interface Outbox<M> {
  /** In reading order. */
  readonly messages: readonly M[];
  readonly rows: ReadonlyMap<string, Row>;
  readonly files: readonly StepFiles[];
  readonly fileRows: ReadonlyMap<string, FileRow>;
  readonly now: number;
}

export interface MessageWork<M> {
  readonly kind: 'message';
  readonly message: M;
  readonly row: Row | undefined;
}

export interface FilesWork {
  readonly kind: 'files';
  readonly wanted: StepFiles;
  readonly row: FileRow | undefined;
}

const rank = { decision: 0, result: 1, progress: 2 } as const;

/**
 * What is new first and in reading order, so that the thread reads as it happened; then the most urgent update.
 * A number: nothing can be done now, but there is more in so many milliseconds; 0: all is said.
 */
export function nextWork<M extends Message>(outbox: Outbox<M>): MessageWork<M> | FilesWork | number {
  const open = openMessages(outbox);
  const files = openFiles(outbox);
  const message = open.find(({ row }) => row?.state !== 'sent') ?? open.toSorted(byUrgency)[0];
  const due = files.find(({ row }) => row === undefined || row.lookAt <= outbox.now);
  if (message === undefined) return due ?? soonest(files, outbox.now);
  return due !== undefined && filesFirst(outbox, open, message, due) ? due : message;
}

function openMessages<M extends Message>({ messages, rows }: Outbox<M>): readonly MessageWork<M>[] {
  return messages
    .map((message) => ({ kind: 'message' as const, message, row: rows.get(message.key) }))
    .filter(({ message, row }) => row?.state !== 'sent' || row.print !== message.print);
}

/** The files whose step has a message, in reading order. */
function openFiles<M extends Message>({ messages, files, fileRows }: Outbox<M>): readonly FilesWork[] {
  return messages
    .flatMap(({ key }) => files.filter(({ step }) => stepMessageKey(step) === key))
    .map((wanted) => ({ kind: 'files' as const, wanted, row: fileRows.get(wanted.key) }))
    .filter(({ row }) => row?.done !== true);
}

/** Files stand right below their step's message, before what comes after it; but no decision waits for them. */
function filesFirst<M extends Message>(
  { messages }: Outbox<M>,
  open: readonly MessageWork<M>[],
  next: MessageWork<M>,
  { wanted }: FilesWork,
): boolean {
  if (open.some(({ message }) => message.urgency === 'decision')) return false;
  const above = messages.findIndex(({ key }) => key === stepMessageKey(wanted.step));
  return above < messages.indexOf(next.message);
}

function byUrgency<M extends Message>(one: MessageWork<M>, other: MessageWork<M>): number {
  return rank[one.message.urgency] - rank[other.message.urgency];
}

function soonest(files: readonly FilesWork[], now: number): number {
  const waits = files.map(({ row }) => Math.max(1, (row?.lookAt ?? 0) - now));
  return waits.length === 0 ? 0 : Math.min(...waits);
}

/** What the steps' messages are to say about files that cannot be shown. */
export function notesOf(files: readonly StepFiles[], rows: ReadonlyMap<string, FileRow>): Notes {
  const lines = files.flatMap((wanted) => {
    const row = rows.get(wanted.key);
    return row === undefined ? [] : [[stepMessageKey(wanted.step), unshownLines(wanted, row)] as const];
  });
  return new Map(lines.filter(([, list]) => list.length > 0));
}
