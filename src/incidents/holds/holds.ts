import type { IncidentKind } from '../../playbooks/define.ts';

/** What holds new threads back: a maintenance window of relight.yaml, or somebody's snooze. */
export interface Hold {
  /** Unique for each time that a window is open and for each snooze; fit for the id of a notice. */
  readonly id: string;
  /** What people know it by. */
  readonly name: string;
  /** In ms. */
  readonly until: number;
}

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
