import type { StepFiles } from '../incidents/record/step-files.ts';
import { smallest } from '../ports/collections.ts';
import type { FileRow } from './file-rows.ts';
import { type Message, stepMessageKey, type Urgency, urgencies } from './outbox.ts';
import type { Row } from './rows.ts';

/** The messages and files a thread should have, and their delivery state. */
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
  /** At least the urgency of the message; higher if more urgent messages wait for it. */
  readonly urgency: Urgency;
}

export interface FilesWork {
  readonly kind: 'files';
  readonly wanted: StepFiles;
  readonly row: FileRow | undefined;
}

/**
 * The next thing to send. New messages come first, in reading order, so that the thread reads chronologically; then the
 * most urgent update. A number: nothing can be sent now, call again after that many ms; 0: everything is delivered.
 */
export function nextWork<M extends Message>(outbox: Outbox<M>): MessageWork<M> | FilesWork | number {
  const open = openMessages(outbox);
  const files = openFiles(outbox);
  const message = nextPost(outbox, open) ?? open.toSorted(byUrgency)[0];
  const due = files.find(({ row }) => row === undefined || row.lookAt <= outbox.now);
  if (message === undefined) return due ?? soonest(files, outbox.now);
  return due !== undefined && filesFirst(outbox, open, message, due) ? due : message;
}

function openMessages<M extends Message>({ messages, rows }: Outbox<M>): readonly MessageWork<M>[] {
  return messages
    .map((message) => {
      const { key, urgency } = message;
      return { kind: 'message' as const, message, row: rows.get(key), urgency };
    })
    .filter(({ message, row }) => row?.state !== 'sent' || row.print !== message.renderHash);
}

/** Posts go in reading order, so the first one is as urgent as the most urgent that waits for it. */
function nextPost<M extends Message>(
  { messages }: Outbox<M>,
  open: readonly MessageWork<M>[],
): MessageWork<M> | undefined {
  const [first, ...later] = open.filter(({ row }) => row?.state !== 'sent');
  if (first === undefined) return undefined;
  const root: readonly Urgency[] = first.message === messages[0] ? ['announcement'] : [];
  return { ...first, urgency: mostUrgent([first, ...later].map(({ urgency }) => urgency).concat(root)) };
}

function mostUrgent(all: readonly Urgency[]): Urgency {
  return urgencies.find((urgency) => all.includes(urgency)) ?? 'progress';
}

/** Undelivered files whose step has a message, in reading order. */
function openFiles<M extends Message>({ messages, files, fileRows }: Outbox<M>): readonly FilesWork[] {
  return messages
    .flatMap(({ key }) => files.filter(({ step }) => stepMessageKey(step) === key))
    .map((wanted) => ({ kind: 'files' as const, wanted, row: fileRows.get(wanted.key) }))
    .filter(({ row }) => row?.done !== true);
}

/** Files belong directly below their step's message, before later messages; but no decision waits for them. */
function filesFirst<M extends Message>(
  { messages }: Outbox<M>,
  open: readonly MessageWork<M>[],
  next: MessageWork<M>,
  { wanted }: FilesWork,
): boolean {
  if (open.some(({ urgency }) => urgency === 'decision' || urgency === 'awaited')) return false;
  const above = messages.findIndex(({ key }) => key === stepMessageKey(wanted.step));
  return above < messages.indexOf(next.message);
}

function byUrgency<M extends Message>(one: MessageWork<M>, other: MessageWork<M>): number {
  return urgencies.indexOf(one.urgency) - urgencies.indexOf(other.urgency);
}

function soonest(files: readonly FilesWork[], now: number): number {
  const waits = files.map(({ row }) => Math.max(1, (row?.lookAt ?? 0) - now));
  return waits.length === 0 ? 0 : smallest(waits);
}
