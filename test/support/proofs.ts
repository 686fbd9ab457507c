import { keyVariablesOfSandbox } from '../../sandbox/relight-process.ts';
import { createChain } from '../../src/audit/chain.ts';
import { createProofs, type ProofKeys } from '../../src/audit/proofs.ts';
import { keysIn } from '../../src/config/keys/proof-keys.ts';
import type { Chain } from '../../src/incidents/journal/chain-port.ts';
import { createPayloads, type Payloads } from '../../src/queue/payloads.ts';

/** The keys of every Relight that a test starts, in this process or in another. */
export const proofKeys: ProofKeys = keysIn({ ...keyVariablesOfSandbox });

/** Seals entries as a Relight with these keys does. */
export const chain: Chain = createChain(createProofs(proofKeys));

/** Proves the jobs of queues as a Relight with these keys does. */
export const payloads: Payloads = createPayloads(createProofs(proofKeys));
