import { createArchiveWriter } from '../../src/audit/archive/archive-writer.ts';
import { createHeadSigner } from '../../src/audit/archive/head-signer.ts';
import { createHeadWriter } from '../../src/audit/archive/head-writer.ts';
import { createProofs } from '../../src/audit/proofs.ts';
import type { VaultStore } from '../../src/audit/vault.ts';
import type { VerifyKeys } from '../../src/audit/verify/check-proofs.ts';
import type { Sealed } from '../../src/incidents/journal/chain-port.ts';
import { needsSignature } from '../../src/queue/steps/checks/signed-decisions.ts';
import { chain, proofKeys } from '../support/proofs.ts';

const proofs = createProofs(proofKeys);

export const allKeys: VerifyKeys = {
  proofs,
  hasJournalKey: true,
  hasVerifyKey: true,
  hasHeadKey: true,
  needsSignature,
};

const start = Date.parse('2026-11-02T03:00:00Z');
const secondMs = 1_000;

/** Something like what journals hold, with more decisions than they have: one entry of six is signed. */
function eventOf(journal: string, seq: number): object {
  const by = { user: 'U0LEAD', via: 'button' };
  if (seq % 9 === 5) return { type: 'step-approved', step: 'resumed', attempt: 1, hash: 'a'.repeat(64), by };
  return seq % 18 === 1
    ? { type: 'refused', by, why: `no role for ${journal} ${seq}` }
    : {
        type: 'step-progress',
        step: 'training',
        attempt: 1,
        note: `step ${seq} of ${journal}: loss 0.${seq}, and the words of a usual note, which are about this long`,
      };
}

/** The lines of a journal as Relight stores them. */
export function journalLines(
  journal: string,
  count: number,
  clockError: (seq: number) => number = () => 0,
): readonly string[] {
  const lines: string[] = [];
  let prev = chain.genesis;
  for (let seq = 0; seq < count; seq += 1) {
    const entry: Sealed<object> = chain.seal(
      { seq, at: start + seq * secondMs + clockError(seq), event: eventOf(journal, seq), prev },
      journal,
    );
    prev = entry.hash;
    lines.push(JSON.stringify(entry));
  }
  return lines;
}

/** Archives the journals as a worker does, some lines at a time, and signs their heads as a bot does. */
export async function archiveAll(
  store: VaultStore,
  journals: ReadonlyMap<string, readonly string[]>,
  atOnce: number,
): Promise<void> {
  for (const [journal, lines] of journals) {
    let written = 0;
    const linesFrom = async (_: string, first: number, count: number): Promise<readonly string[]> =>
      lines.slice(first, Math.min(first + count, written));
    const writer = createArchiveWriter({ store, linesFrom, chain });
    for (written = atOnce; written < lines.length + atOnce; written += atOnce) await writer.catchUp(journal);
    const clock = { now: () => start + lines.length * secondMs + 60_000 };
    await createHeadWriter({ store, heads: createHeadSigner(proofs), chain, clock }).sign(journal);
  }
}
