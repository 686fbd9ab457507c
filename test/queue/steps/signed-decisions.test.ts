import { describe, expect, it } from 'vitest';
import { createChain, genesis } from '../../../src/audit/chain.ts';
import { createProofs } from '../../../src/audit/proofs.ts';
import { newKeys } from '../../../src/config/keys/new-keys.ts';
import { keysIn } from '../../../src/config/keys/proof-keys.ts';
import type { Entry, IncidentEvent } from '../../../src/incidents/model/events.ts';
import { needsSignature, requireSignedDecisions } from '../../../src/queue/steps/checks/signed-decisions.ts';

const keys = keysIn({ ...newKeys() });
const proofs = createProofs(keys);
const worker = createProofs({ ...keys, signing: undefined });
const by = { user: 'U0LEAD', via: 'button' } as const;
const approved: IncidentEvent = { type: 'step-approved', step: 'resumed', attempt: 1, hash: 'h', by };

function entry(event: IncidentEvent, signer = proofs, journal = 'rl-1'): Entry {
  return createChain(signer).seal({ seq: 4, at: 1, event, prev: genesis }, journal);
}

async function required(entries: readonly Entry[] | undefined, acceptsUnproven = false): Promise<void> {
  const findJournal = async () => (entries === undefined ? undefined : { entries });
  const store = { findJournal } as unknown as Parameters<typeof requireSignedDecisions>[0]['store'];
  await requireSignedDecisions({ proofs, store, acceptsUnproven: () => acceptsUnproven }, 'rl-1');
}

describe('the decisions that a change rests on', () => {
  it('must all be signed by a process that takes clicks', async () => {
    await required([entry(approved), entry({ type: 'closed', why: 'done' }, worker)]);
    await expect(required([entry(approved), entry(approved, worker)])).rejects.toMatchObject({
      code: 'decision-unsigned',
      detail: 'entry 4 of rl-1 (step-approved)',
    });
    await expect(required([entry(approved, proofs, 'rl-2')])).rejects.toMatchObject({
      code: 'decision-unsigned',
    });
  });

  it('need no signature if they have no proof at all, while an upgrade lasts', async () => {
    const { proof: _, ...bare } = entry(approved);

    await required([bare], true);
    await expect(required([bare])).rejects.toMatchObject({ code: 'decision-unsigned' });
    await expect(required([entry(approved, worker)], true)).rejects.toMatchObject({
      code: 'decision-unsigned',
    });
  });

  it('are none in a journal that Redis does not have', async () => {
    await required(undefined);
    await required([]);
  });

  it('are these, if a person caused them', () => {
    const types = [
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
    ];

    for (const type of types) {
      expect([type, needsSignature({ type, by })]).toEqual([type, true]);
      expect([type, needsSignature({ type })]).toEqual([type, false]);
      expect([type, needsSignature({ type, by: undefined })]).toEqual([type, false]);
    }
    for (const type of ['refused', 'taken', 'step-declined', 'closed'])
      expect([type, needsSignature({ type, by })]).toEqual([type, false]);
  });

  it.each([['text'], [null], [undefined], [{ by }], [{ type: 7, by }], [{ type: ['step-approved'], by }]])(
    'are not %j',
    (event) => {
      expect(needsSignature(event)).toBe(false);
    },
  );
});
