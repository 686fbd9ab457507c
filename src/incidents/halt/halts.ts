import { OpsError } from '../../errors.ts';
import type { Clock, TimeLimit } from '../../ports/ports.ts';

/** A halt of all changes: `/relight halt`, RELIGHT_HALT_FILE or RELIGHT_HALT. Reading goes on. */
export interface Halt {
  readonly source: HaltSource;
  readonly why: string;
  /** The Slack user who halted changes by command. */
  readonly by?: string | undefined;
  readonly at: number;
}
export type HaltSource = 'command' | 'file' | 'variable';

/** A halt that is announced in the channel and in every open thread. Its time identifies it. */
export type AnnouncedHalt = Halt;

/** The halts that all processes share. */
export interface HaltStore {
  /** With the time when a process last saw the file or the variable. */
  readonly all: () => Promise<readonly (Halt & { readonly seenAt: number })[]>;
  /** False if changes are halted by command already. Throws `too-late`. */
  readonly put: (halt: Halt, limit: TimeLimit) => Promise<boolean>;
  /** Shares a halt by file or variable. The time of the first call is kept. */
  readonly seen: (halt: Halt) => Promise<void>;
  /** Ends the halt by command. False if there is none. Throws `too-late`. */
  readonly lift: (by: Lifted, limit: TimeLimit) => Promise<boolean>;
  readonly lifted: () => Promise<Lifted | undefined>;
  readonly announced: () => Promise<AnnouncedHalt | undefined>;
  /** Returns the halt that is announced already, if there is one. */
  readonly begin: (halt: AnnouncedHalt) => Promise<AnnouncedHalt>;
  readonly end: (halt: AnnouncedHalt) => Promise<void>;
}

export interface Lifted {
  readonly by: string;
  readonly at: number;
}

/** Every process that sees the file or the variable reports it every few seconds: after this time it is gone. */
const goneMs = 60_000;

export interface HaltDeps {
  readonly shared: HaltStore;
  /** The halt by file or variable that this process sees. */
  readonly local: () => Omit<Halt, 'at'> | undefined;
  readonly clock: Clock;
}

export interface Halts extends Pick<HaltStore, 'put' | 'lift'> {
  /** The halt that applies now, whichever process asks; undefined if changes may be made. */
  readonly current: () => Promise<Halt | undefined>;
  /** Shares the halt that this process sees with all others. */
  readonly share: () => Promise<void>;
}

export function createHalts({ shared, local, clock }: HaltDeps): Halts {
  return {
    put: shared.put,
    lift: shared.lift,
    current: async () => {
      const now = clock.now();
      const own = local();
      const others = (await shared.all()).filter(
        ({ source, seenAt }) => source === 'command' || now - seenAt < goneMs,
      );
      const [first] = others.toSorted((one, other) => one.at - other.at);
      return first ?? (own && { ...own, at: now });
    },
    share: async () => {
      const own = local();
      if (own !== undefined) await shared.seen({ ...own, at: clock.now() });
    },
  };
}

/** Throws `halted`. Call it right before anything is changed. */
export async function requireNoHalt({ current }: Pick<Halts, 'current'>): Promise<void> {
  const halt = await current();
  if (halt !== undefined) throw new OpsError('halted', haltInWords(halt));
}

const sources: Readonly<Record<HaltSource, string>> = {
  command: 'by `/relight halt`',
  file: 'by RELIGHT_HALT_FILE',
  variable: 'by RELIGHT_HALT',
};

/** E.g. `bad AMI in us-east-1 (by RELIGHT_HALT)`. The reason may be typed as a sentence. */
export function haltInWords({ why, source }: Pick<Halt, 'why' | 'source'>): string {
  return `${why.replace(/\.$/, '')} (${sources[source]})`;
}

/** How changes are resumed, as one sentence. */
export function toResume({ source }: Pick<Halt, 'source'>): string {
  if (source === 'file')
    return 'Changes resume a minute after the file named by RELIGHT_HALT_FILE is removed.';
  if (source === 'variable') return 'Changes resume after Relight is restarted without RELIGHT_HALT.';
  return 'A lead resumes changes with `/relight halt off`.';
}
