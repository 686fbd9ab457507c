import { LRUCache } from 'lru-cache';
import type { Catalog } from '../../playbooks/loaded-playbooks.ts';
import type { EarlierRecoveries } from '../../ports/history/recovery-time.ts';
import { isOutside } from '../figures/incident-facts.ts';
import { percentile } from '../figures/percentile.ts';
import { unlessUnreadable } from '../journal/readable.ts';
import type { IncidentStore } from '../journal/store.ts';
import type { Entry, IncidentEvent } from '../model/events.ts';
import { createWordsSoFar } from '../record/words-so-far.ts';
import type { Recovered } from './recovered.ts';

/** The newest incidents tell how long recoveries take now. */
const maxIncidents = 100;

interface RecoverySources {
  readonly store: Pick<IncidentStore, 'ids' | 'journal' | 'tombstones'>;
  readonly catalog: Pick<Catalog, 'get'>;
}

/** From the journals of this installation, one at a time. A damaged journal tells nothing. */
async function earlierRecoveries({ store, catalog }: RecoverySources): Promise<EarlierRecoveries> {
  const found: Recovered[] = [];
  for (const id of await store.ids('all', maxIncidents)) {
    const recovered = recoveryIn((await unlessUnreadable(store.journal(id))) ?? [], catalog);
    if (recovered !== undefined) found.push(recovered);
  }
  const removed = (await store.tombstones.all()).toSorted((one, other) => other.openedAt - one.openedAt);
  for (const { counted } of removed)
    if (counted.recovered !== undefined && found.length < maxIncidents) found.push(counted.recovered);
  return {
    playbooks: medians(found.map(({ playbook, minutes }) => [playbook, minutes])),
    changes: medians(
      found.flatMap(({ changes }) => changes.map(({ name, minutes }) => [name, minutes] as const)),
    ),
  };
}

/** Many jobs can fail at once, and each diagnosis asks. */
const rememberedMs = 60_000;

export function rememberedRecoveries(sources: RecoverySources): () => Promise<EarlierRecoveries> {
  const last = new LRUCache<'recoveries', EarlierRecoveries>({
    max: 1,
    ttl: rememberedMs,
    fetchMethod: async () => earlierRecoveries(sources),
  });
  return async () => last.forceFetch('recoveries');
}

interface Begun {
  readonly name: string;
  readonly step: string;
  readonly at: number;
  /** How long later changes waited for approval. */
  readonly waitedMs: number;
}

/** The present playbook run, up to an entry of the journal. */
interface SoFar {
  readonly playbook?: string;
  readonly begun: readonly Begun[];
  readonly proposedAt?: number | undefined;
  readonly recovered?: Recovered | undefined;
}

/** Undefined if no playbook recovered it, or if that did not last. */
export function recoveryIn(journal: readonly Entry[], catalog: Pick<Catalog, 'get'>): Recovered | undefined {
  if (journal.some(({ event }) => isOutside(event))) return undefined;
  const { saw, stepAt } = createWordsSoFar(catalog);
  const nameOf = (key: string): string | undefined => {
    const step = stepAt(key);
    return step?.kind === 'action' ? step.action.name : undefined;
  };
  let soFar: SoFar = { begun: [] };
  for (const { event, at } of journal) {
    saw(event);
    soFar = after(soFar, event, at, nameOf);
  }
  return soFar.recovered;
}

type NameOf = (step: string) => string | undefined;

function after(soFar: SoFar, event: IncidentEvent, at: number, nameOf: NameOf): SoFar {
  const { begun, proposedAt = at } = soFar;
  switch (event.type) {
    case 'playbook-started':
      return { playbook: event.playbook, begun: [] };
    case 'reopened':
      return { ...soFar, recovered: undefined };
    case 'step-proposed':
      return { ...soFar, proposedAt };
    case 'step-begun':
      return {
        ...soFar,
        proposedAt: undefined,
        begun: withChange(begun, { name: nameOf(event.step), step: event.step, at, proposedAt }),
      };
    case 'step-failed':
    case 'step-canceled':
      return { ...soFar, begun: begun.filter(({ step }) => step !== event.step) };
    case 'recovered':
      return event.elsewhere === true ? soFar : { ...soFar, recovered: durations(soFar, at) };
    default:
      return soFar;
  }
}

interface Change {
  readonly name: string | undefined;
  readonly step: string;
  readonly at: number;
  readonly proposedAt: number;
}

function withChange(begun: SoFar['begun'], { name, step, at, proposedAt }: Change): SoFar['begun'] {
  const before = begun.map((one) => ({ ...one, waitedMs: one.waitedMs + at - proposedAt }));
  return name === undefined ? before : [...before, { name, step, at, waitedMs: 0 }];
}

function durations({ playbook, begun }: SoFar, end: number): Recovered | undefined {
  const changes = begun.map(({ name, at, waitedMs }) => ({
    name,
    minutes: Math.max(0, (end - at - waitedMs) / 60_000),
  }));
  const [first] = changes;
  return playbook === undefined || first === undefined
    ? undefined
    : { playbook, minutes: first.minutes, changes };
}

function medians(all: readonly (readonly [name: string, minutes: number])[]): EarlierRecoveries['playbooks'] {
  const names = new Set(all.map(([name]) => name));
  return Object.fromEntries(
    [...names].map((name) => {
      const minutes = all.flatMap(([one, value]) => (one === name ? [value] : []));
      return [name, { recoveries: minutes.length, medianMinutes: percentile(minutes, 0.5) }];
    }),
  );
}
