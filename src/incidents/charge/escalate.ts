import { type EachOpenDeps, eachOpen } from '../journal/readable.ts';
import type { IncidentStore } from '../journal/store.ts';
import type { EventOf } from '../model/events.ts';
import { type Incident, isOpen } from '../model/incident.ts';
import { type EscalationRules, escalationDue } from './escalation.ts';

export interface Escalations extends EachOpenDeps {
  readonly store: Pick<IncidentStore, 'ids' | 'load' | 'record'>;
  readonly rulesOf: (tier: string) => EscalationRules;
  /** When training is expected to run again; undefined if that is unknown. */
  readonly predictedRecoveryAt: (incident: Incident, now: number) => number | undefined;
  /** Notes that the incident may have pages to send, before the call is recorded. */
  readonly note: (incident: string) => Promise<void>;
  readonly advance: (incident: string) => Promise<void>;
  readonly now: () => number;
}

/**
 * Calls people when the RTO of an open incident runs out. The record in the journal is the claim: of several workers,
 * one appends the call, and a restart neither loses nor repeats it.
 */
export function createEscalate(deps: Escalations): () => Promise<void> {
  return async () => eachOpen(deps, async (id) => escalate(deps, id));
}

async function escalate(deps: Escalations, id: string): Promise<void> {
  const { store, rulesOf, now, note, advance } = deps;
  const incident = await store.load(id);
  // A drill wakes nobody.
  if (!isOpen(incident) || incident.drill !== undefined) return;
  const due = (present: Incident): readonly EventOf<'escalated'>[] => {
    const predicted = deps.predictedRecoveryAt(present, now());
    const call = escalationDue(present, rulesOf(present.tier), now(), predicted);
    return call === undefined ? [] : [call];
  };
  const [call] = due(incident);
  if (call === undefined) return;
  if (call.pages) await note(id);
  await store.record(id, due);
  await advance(id);
}
