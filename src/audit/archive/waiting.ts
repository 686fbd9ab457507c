/** Journals that have to be copied to the vault or signed. Only a list of where to look: the vault decides what it lacks. */
export interface WaitingJournals {
  /** Journals with lines that the vault may lack, those that wait longest first. */
  readonly grown: (max: number) => Promise<readonly string[]>;
  /** Since when the oldest line waits, in ms; undefined if none does. */
  readonly oldestSince: () => Promise<number | undefined>;
  /** Another text after any journal has grown, and after Redis lost entries. */
  readonly growth: () => Promise<string>;
  /** How many lines each journal has: one command, which takes longer with every journal. */
  readonly lengths: () => Promise<ReadonlyMap<string, number>>;
  /** The vault has these lines. The journal stays on the list if it has grown since; without `lines`, it never stays. */
  readonly handled: (
    journal: string,
    done: { readonly lines?: number; readonly now: number },
  ) => Promise<void>;
  /** Journals with lines in the vault that no head covers, those that wait longest first. */
  readonly unsigned: (max: number) => Promise<readonly string[]>;
  readonly unsignedSince: () => Promise<number | undefined>;
  /** Takes the journal off the list of those without a head. */
  readonly signed: (journal: string) => Promise<void>;
  readonly notSigned: (journal: string, now: number) => Promise<void>;
}
