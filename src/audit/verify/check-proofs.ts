import { isDecision } from '../chain.ts';
import type { ProofChecks } from '../proofs.ts';
import type { Found } from './finding.ts';
import type { SoundLine } from './sound-line.ts';

/** What can be checked: hashes always, and proofs with the keys for them. */
export interface VerifyKeys {
  readonly proofs: ProofChecks;
  readonly hasJournalKey: boolean;
  /** Whether there is a key for decisions. */
  readonly hasVerifyKey: boolean;
  /** Whether there is a key for heads. */
  readonly hasHeadKey: boolean;
  /** Whether a change rests on this event of a person, so that it must be signed. */
  readonly needsSignature: (event: unknown) => boolean;
}

/** Who wrote the entries, as far as there are keys. */
export function checkProofs(
  journal: string,
  { proofs, hasJournalKey, hasVerifyKey, needsSignature }: VerifyKeys,
  found: Found,
) {
  let unproven: { count: number; first: number; last: number } | undefined;
  const noteUnproven = (seq: number): void => {
    unproven = { count: (unproven?.count ?? 0) + 1, first: unproven?.first ?? seq, last: seq };
  };
  return {
    line: ({ seq, hash, proof, event }: SoundLine): void => {
      if (proof === undefined) return noteUnproven(seq);
      if (hasJournalKey && !proofs.hasMac('journal', [journal, hash], proof.mac))
        found('unproven', `entry ${seq} was not written with RELIGHT_JOURNAL_KEY`);
      const wanted = proof.sig !== undefined || (isDecision(event) && needsSignature(event));
      if (hasVerifyKey && wanted && !proofs.isSigned('decision', [journal, hash], proof.sig))
        found('unproven', `the decision in entry ${seq} is not signed by a process that takes clicks`);
    },
    /** Entries that an earlier version wrote have no proof. */
    unproven: () =>
      unproven && {
        last: unproven.last,
        says: `${unproven.count} entries have no proof of who wrote them, the first is entry ${unproven.first}`,
      },
  };
}
