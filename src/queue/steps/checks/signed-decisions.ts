import { isSignedDecision } from '../../../audit/chain.ts';
import type { Proofs } from '../../../audit/proofs.ts';
import { OpsError } from '../../../errors.ts';
import type { IncidentStore } from '../../../incidents/journal/store.ts';
import type { IncidentEvent } from '../../../incidents/model/events.ts';

export interface SignedDecisionsDeps {
  readonly proofs: Proofs;
  /** During an upgrade, entries of the earlier version have no proof. */
  readonly acceptsUnproven: () => boolean;
  readonly store: Pick<IncidentStore, 'findJournal'>;
}

/** The decisions that a change can rest on. Each is taken by a process with the signing key. */
const decisions: ReadonlySet<string> = new Set<IncidentEvent['type']>([
  'playbook-started',
  'step-answered',
  'step-adjusted',
  'step-skipped',
  'step-approved',
  'step-retried',
  'step-renewed',
  'step-kept',
  'step-stop-asked',
  'glass-broken',
  'attempt-allowed',
  'unpaused',
  'reopened',
]);

/**
 * Throws `decision-unsigned` unless every decision of a person in the journal is signed. The store has checked already
 * that the lines follow each other and that this installation wrote them. A worker has only the public key, so it cannot
 * make a decision in the name of a person either.
 */
export async function requireSignedDecisions(
  { proofs, acceptsUnproven, store }: SignedDecisionsDeps,
  incident: string,
): Promise<void> {
  const { entries = [] } = (await store.findJournal(incident)) ?? {};
  const unsigned = entries.find(
    (entry) =>
      needsSignature(entry.event) &&
      !(entry.proof === undefined && acceptsUnproven()) &&
      !isSignedDecision(proofs, entry, incident),
  );
  if (unsigned === undefined) return;
  const { seq, event } = unsigned;
  throw new OpsError('decision-unsigned', `entry ${seq} of ${incident} (${event.type})`);
}

/** Whether a change rests on this event, and a person caused it. Also for an event that was not parsed. */
export function needsSignature(event: unknown): boolean {
  if (typeof event !== 'object' || event === null || !('type' in event) || !('by' in event)) return false;
  return typeof event.type === 'string' && decisions.has(event.type) && event.by !== undefined;
}
