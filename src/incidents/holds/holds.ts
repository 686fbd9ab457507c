import type { IncidentKind } from '../../playbooks/define.ts';
import type { Hold } from '../model/hold.ts';

/** What a new thread would be about. */
export interface Failing {
  readonly job: string;
  readonly tier: string;
  readonly kind: IncidentKind;
}

export interface Holds {
  /** What holds a thread about this back now; of several, what ends last. */
  readonly over: (failing: Failing) => Promise<Hold | undefined>;
  /** Remembers an incident that is about to be held back, so that it is told of afterwards. */
  readonly keep: (incident: string) => Promise<void>;
}

/** One thread about all of these is held back only where each of them would be; until the first of them would not. */
export async function holdOverAll(
  { over }: Pick<Holds, 'over'>,
  all: readonly Failing[],
): Promise<Hold | undefined> {
  const holds = await Promise.all(all.map(over));
  const found = holds.flatMap((hold) => hold ?? []).toSorted((one, other) => one.until - other.until);
  return found.length === all.length ? found[0] : undefined;
}

/** Of several holds the one that ends last. */
export function lastToEnd(holds: readonly Hold[]): Hold | undefined {
  return holds.toSorted((one, other) => other.until - one.until)[0];
}
/** Ids of incidents that something is to be done about, shared by all processes; `redis/id-set.ts` keeps them in Redis. */
export interface IdSet {
  readonly add: (id: string) => Promise<void>;
  readonly all: () => Promise<readonly string[]>;
  readonly drop: (id: string) => Promise<void>;
}
