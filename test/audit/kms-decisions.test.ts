import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { headKeyArn } from '../../sandbox/aws/signing-keys.ts';
import { createProofs, type Proofs, textOf } from '../../src/audit/proofs.ts';
import { verifyArchive } from '../../src/audit/verify/verify-archive.ts';
import { createHeadKey } from '../../src/aws/audit/head-key.ts';
import type { IncidentEvent } from '../../src/incidents/model/events.ts';
import { requireSignedDecisions } from '../../src/queue/steps/checks/signed-decisions.ts';
import { type RegionUnderTest, startRegionUnderTest } from '../aws/a-region.ts';
import { chain, proofKeys } from '../support/proofs.ts';
import { allKeys } from './archived-journals.ts';
import { memoryStore } from './memory-store.ts';

const journal = 'rl-decided';
const approved: IncidentEvent = {
  type: 'step-approved',
  step: 'resumed',
  attempt: 1,
  hash: 'h',
  by: { user: 'U0LEAD', via: 'button' },
};
const sealed = chain.seal<IncidentEvent>({ seq: 0, at: 1, event: approved, prev: chain.genesis }, journal);
const decided = (sig = '') => ({ ...sealed, proof: { mac: '', ...sealed.proof, sig } });

describe('a decision that is signed with the KMS key for heads', () => {
  let region: RegionUnderTest;
  let proofs: Proofs;
  let byKms: string;

  beforeAll(async () => {
    region = await startRegionUnderTest();
    const key = createHeadKey(region.clients.kmsIn, headKeyArn);
    proofs = createProofs({ ...proofKeys, headVerify: [await key.publicKey()] });
    const signature = await key.sign(textOf('decision', [journal, sealed.hash]));
    byKms = Buffer.from(signature).toString('base64');
  });
  afterAll(async () => region.close());

  const required = async (entry: ReturnType<typeof decided>): Promise<void> => {
    const store = { findJournal: async () => ({ entries: [entry] }) };
    const deps = { proofs, acceptsUnproven: () => false, store };
    await requireSignedDecisions(deps as unknown as Parameters<typeof requireSignedDecisions>[0], journal);
  };
  const found = async (entry: ReturnType<typeof decided>): Promise<readonly string[]> => {
    const store = memoryStore(
      new Map([[`journals/${journal}/00000000.jsonl`, `${JSON.stringify(entry)}\n`]]),
    );
    const keys = { ...allKeys, proofs };
    const { findings } = await verifyArchive({ store, keys, clock: { now: () => 2 }, redis: undefined });
    return findings.map(({ kind }) => kind);
  };

  it('is refused before a change, unlike one that is signed with RELIGHT_SIGNING_KEY', async () => {
    await expect(required(decided(byKms))).rejects.toMatchObject({ code: 'decision-unsigned' });
    await expect(required(decided(sealed.proof?.sig))).resolves.toBeUndefined();
  });

  it('is found in the archive, unlike one that is signed with RELIGHT_SIGNING_KEY', async () => {
    expect(await found(decided(byKms))).toEqual(['unproven']);
    expect(await found(decided(sealed.proof?.sig))).toEqual([]);
  });
});
