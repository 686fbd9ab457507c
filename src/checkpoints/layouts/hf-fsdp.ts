import type { Finding } from '../checkpoint-finding.ts';
import { type Look, within } from '../checkpoint-view.ts';
import { checkDcp } from './dcp.ts';
import { checkHfCheckpoint, marker } from './hf-trainer.ts';
import { hasAny, type Layout } from './layout.ts';
import { missing } from './shards.ts';

const [weights, optimizer] = ['pytorch_model_fsdp_0/', 'optimizer_0/'];

/** The Trainer with sharded FSDP: weights and optimizer each in a distributed checkpoint inside `checkpoint-<N>/`. */
export const hfFsdp: Layout = {
  name: 'hf-fsdp',
  words: 'Hugging Face Trainer or TRL with FSDP',
  detect: (listing) => hasAny(listing, /^(?:pytorch_model_fsdp|optimizer)_0\//),
  marker,
  check: async (look) => [
    ...(await checkHfCheckpoint(look, { weights: true, states: ['optimizer.pt'] })),
    ...(await checkFolder(look, weights, 'invalid', 'the weights are in it')),
    ...(await checkFolder(look, optimizer, 'degraded', 'training resumes with a cold optimizer')),
  ],
};

async function checkFolder(
  look: Look,
  folder: string,
  severity: Finding['severity'],
  says: string,
): Promise<Finding[]> {
  const inside = within(look, () => folder);
  return inside.files.size === 0 ? missing(look, [folder], severity, says) : checkDcp(inside);
}
