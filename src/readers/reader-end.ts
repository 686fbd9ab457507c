import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { ByteLocation } from '../ports/reading.ts';
import { signals } from './limits.ts';

/** A reader process ended before it returned a result. */
export class ReaderDied extends Error {
  override readonly name = 'ReaderDied';
  readonly why: string;
  /** The location it was reading. */
  readonly place: ByteLocation | undefined;

  constructor(why: string, place: ByteLocation | undefined) {
    super(why);
    this.why = why;
    this.place = place;
  }
}

export type Ended = readonly [code: number | null, signal: NodeJS.Signals | null];

/** Waits for `disconnect`: the last messages, which have the failing location, may arrive after `exit`. */
export async function endOf(child: ChildProcess): Promise<Ended> {
  const disconnected = child.connected ? once(child, 'disconnect') : undefined;
  const [code, signal] = await new Promise<Ended>((resolve) => {
    child.once('exit', (...ended) => resolve(ended));
  });
  await disconnected;
  return [code, signal];
}

export function causeOf(code: number | null, signal: NodeJS.Signals | null): string {
  if (signal === signals.time) return 'reading it takes too long';
  if (signal === signals.memory || signal === 'SIGABRT' || signal === 'SIGKILL')
    return 'reading it takes too much memory';
  return `the reader process ended with ${signal ?? code}`;
}
