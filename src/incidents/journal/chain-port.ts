import type { Entry } from '../model/events.ts';

/** An entry before it is written, whatever the events of its journal are. */
export interface Unsealed<Event> extends Pick<Entry, 'seq' | 'at' | 'prev'> {
  readonly event: Event;
}

export type Sealed<Event> = Unsealed<Event> & Pick<Entry, 'hash' | 'proof'>;

/** Where a line stands: the journal, its number in it, and the hash of the line before. */
export interface Place {
  /** The incident's id. */
  readonly journal: string;
  readonly seq: number;
  readonly prev: string;
}

/** Links the lines of a journal, and proves that this installation of Relight wrote them. */
export interface Chain {
  /** The hash before the first line. */
  readonly genesis: string;
  /** Adds the hash and the proof. */
  readonly seal: <Event>(entry: Unsealed<Event>, journal: string) => Sealed<Event>;
  /**
   * The hash of the line. Throws `journal-forged` unless the line, as stored, continues the journal and was written by
   * this installation.
   * Throws another error for a line that is no entry.
   */
  readonly check: (line: unknown, place: Place) => string;
}
