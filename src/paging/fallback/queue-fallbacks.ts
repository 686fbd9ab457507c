import { type FallbackLedger, isEnd, statesToTell } from '../../incidents/charge/fallback-states.ts';
import { loadReadable } from '../../incidents/journal/readable.ts';
import type { IncidentStore } from '../../incidents/journal/store.ts';
import { ledgerKey, type QueuedFallback } from './send-fallback.ts';

export interface FallbackQueueDeps {
  readonly store: Pick<IncidentStore, 'ids' | 'glance'>;
  /** Since when, and for how many ms, Slack has taken no messages; undefined while it takes them. */
  readonly gate: {
    readonly trouble: () => Promise<{ readonly since: number; readonly forMs: number } | undefined>;
  };
  readonly ledger: FallbackLedger;
  readonly ways: readonly QueuedFallback['to'][];
  readonly queue: (message: QueuedFallback) => Promise<void>;
}

/** A short outage needs no second way out. */
const afterMs = 60_000;

type Telling = Pick<QueuedFallback, 'incident' | 'state' | 'key'>;

/**
 * Queues what people must know while Slack takes no messages, and one message when it takes them again. Run it every few
 * seconds, in any process: what was sent is in the ledger, and what waits is in the queue.
 */
export function createQueueFallbacks(deps: FallbackQueueDeps): () => Promise<void> {
  const { gate, ledger } = deps;
  return async () => {
    const trouble = await gate.trouble();
    if (trouble !== undefined && trouble.forMs >= afterMs) {
      const outage = await ledger.begin(trouble.since);
      return queueAll(deps, outage, await tellings(deps, await ledger.told()));
    }
    const outage = await ledger.outage();
    if (trouble !== undefined || outage === undefined) return;
    const back: Telling = { state: 'slack-back', key: 'slack-back' };
    const told = await ledger.told();
    if (deps.ways.every((to) => told.has(ledgerKey({ ...back, to })))) await ledger.end();
    else await queueAll(deps, outage, [back]);
  };
}

/** The states of all open incidents, and the ends of those that were told during this outage. */
async function tellings(
  { store }: FallbackQueueDeps,
  told: ReadonlySet<string>,
): Promise<readonly Telling[]> {
  const named = new Set([...told].flatMap((one) => /^\w+ (?<id>\S+)\//.exec(one)?.groups?.['id'] ?? []));
  const { incidents } = await loadReadable({ load: store.glance }, [
    ...new Set([...(await store.ids('open')), ...named]),
  ]);
  return [
    { state: 'slack-down', key: 'slack-down' },
    ...incidents.flatMap((incident) =>
      statesToTell(incident)
        .filter((one) => !isEnd(one) || named.has(incident.id))
        .map(({ state, key }) => ({ incident: incident.id, state, key: `${incident.id}/${key}` })),
    ),
  ];
}

async function queueAll(
  { ways, ledger, queue }: FallbackQueueDeps,
  outage: number,
  all: readonly Telling[],
): Promise<void> {
  const told = await ledger.told();
  for (const to of ways)
    for (const one of all)
      if (!told.has(ledgerKey({ to, key: one.key }))) await queue({ ...one, to, outage });
}
