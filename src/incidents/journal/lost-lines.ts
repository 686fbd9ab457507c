import type { Entry } from '../model/events.ts';
import type { Journal } from './journal-reader.ts';
import { type WriterServices, write } from './journal-writer.ts';

/** Lines that this process has seen, and that Redis no longer has. */
export interface LostLines {
  readonly incident: string;
  /** `restored`: Redis has them again. `replaced`: Redis has other lines instead, which stand. */
  readonly outcome: 'restored' | 'replaced';
  readonly lines: number;
}

/**
 * Redis was emptied, or a failover lost its last writes. If it has a part of what this process knows, the rest is written
 * again, by the same compare-and-set as any entry: no acknowledged click is lost while a process lives that has seen it.
 */
export async function restoreLost(
  services: WriterServices,
  id: string,
  known: Journal,
  present: Journal | undefined,
): Promise<{ readonly journal: Journal | undefined; readonly lost?: LostLines }> {
  // An incident that has ended may have been removed on purpose.
  if (present === undefined && known.incident.closed !== undefined) return { journal: undefined };
  const missing = known.entries.slice(present?.entries.length ?? 0);
  const lost = { incident: id, lines: missing.length } as const;
  if (missing.length === 0 || !isBeginning(present, known) || !missing.every(isComplete(services, id)))
    return { journal: present, lost: { ...lost, outcome: 'replaced' } };
  const restored = await write(services, id, present, { added: missing, incident: known.incident });
  return restored === undefined
    ? { journal: present }
    : { journal: restored, lost: { ...lost, outcome: 'restored' } };
}

function isBeginning(present: Journal | undefined, { entries }: Journal): boolean {
  return present === undefined || entries[present.entries.length - 1]?.hash === present.entries.at(-1)?.hash;
}

/** An event of a newer version is kept in Redis only, so its line cannot be written again. */
function isComplete({ chain }: WriterServices, journal: string): (entry: Entry) => boolean {
  return (entry) => {
    const { hash, seq, at, event, prev } = entry;
    return chain.seal({ seq, at, event, prev }, journal).hash === hash;
  };
}
