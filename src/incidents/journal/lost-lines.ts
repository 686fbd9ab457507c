import { OpsError } from '../../errors.ts';
import type { Journal } from './journal-reader.ts';
import type { WriterServices } from './journal-writer.ts';
import { type Restored, restoreJournal } from './restore.ts';

/** Lines that this process has seen, and that Redis no longer has. */
export interface LostLines {
  readonly incident: string;
  /** `restored`: Redis has them again. `replaced`: Redis has other lines instead, which stand. */
  readonly outcome: 'restored' | 'replaced';
  readonly lines: number;
}

/**
 * Redis was emptied, or a failover lost its last writes. If it has a part of what this process knows, the rest is written
 * again: no acknowledged click is lost while a process lives that has seen it.
 */
export async function restoreLost(
  services: WriterServices,
  id: string,
  known: Journal,
  present: Journal | undefined,
): Promise<{ readonly journal: Journal | undefined; readonly lost?: LostLines }> {
  // An incident that has ended may have been removed on purpose.
  if (present === undefined && known.incident.closed !== undefined) return { journal: undefined };
  const lines = known.entries.map((entry) => JSON.stringify(entry));
  const outcome = await restoreJournal(services, id, lines).catch(differentIfForged);
  const lost = { incident: id, lines: known.entries.length - (present?.entries.length ?? 0) };
  if (outcome === 'removed') return { journal: undefined };
  if (outcome === 'different')
    return { journal: present, lost: { ...lost, lines: Math.max(0, lost.lines), outcome: 'replaced' } };
  services.journals.wrote(id, known, lines.at(-1) ?? '');
  // Another process may have restored them in between.
  return outcome === 'present'
    ? { journal: known }
    : { journal: known, lost: { ...lost, outcome: 'restored' } };
}

/** An event of a newer version is kept in Redis only, so its line cannot be written again as it was. */
function differentIfForged(thrown: unknown): Restored {
  if (thrown instanceof OpsError && thrown.code === 'journal-forged') return 'different';
  throw thrown;
}
