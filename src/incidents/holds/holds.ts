import type { Hold } from '../model/hold.ts';
import type { AffectedJob } from '../model/incident.ts';

export type Failing = Pick<AffectedJob, 'job' | 'tier' | 'kind'>;

export interface Holds {
  /** The hold on a thread about this failure; if several apply, the one that ends last. */
  readonly over: (failing: Failing) => Promise<Hold | undefined>;
  /** Remembers an incident that is about to be held back, so that the summary of the hold lists it. */
  readonly keep: (incident: string) => Promise<void>;
}

/** A thread about several failures is held back only while each of them would be, so the first hold to end counts. */
export async function holdOverAll(
  { over }: Pick<Holds, 'over'>,
  all: readonly Failing[],
): Promise<Hold | undefined> {
  const holds = await Promise.all(all.map(over));
  const found = holds.flatMap((hold) => hold ?? []).toSorted((one, other) => one.until - other.until);
  return found.length === all.length ? found[0] : undefined;
}

export function lastToEnd(holds: readonly Hold[]): Hold | undefined {
  return holds.toSorted((one, other) => other.until - one.until)[0];
}

/** A set of incident ids that all processes share. */
export interface IdSet {
  readonly add: (id: string) => Promise<void>;
  readonly all: () => Promise<readonly string[]>;
  readonly drop: (id: string) => Promise<void>;
}
