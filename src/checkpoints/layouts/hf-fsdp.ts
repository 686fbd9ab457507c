import type { CheckpointFinding, Findings } from '../checkpoint-finding.ts';
import { type CheckpointView, within } from '../checkpoint-view.ts';
import { checkDcp } from './dcp.ts';
import { checkHfCheckpoint, marker } from './hf-trainer.ts';
import { hasAny, type Layout } from './layout.ts';
import { missing } from './shards.ts';

const [weights, optimizer] = ['pytorch_model_fsdp_0/', 'optimizer_0/'];

/** The Trainer with sharded FSDP: `checkpoint-<N>/` contains distributed checkpoints of weights and optimizer. */
export const hfFsdp: Layout = {
  name: 'hf-fsdp',
  words: 'Hugging Face Trainer or TRL with FSDP',
  detect: (listing) => hasAny(listing, /^(?:pytorch_model_fsdp|optimizer)_0\//),
  marker,
  check: async (view) => [
    ...(await checkHfCheckpoint(view, { weights: true, states: ['optimizer.pt'] })),
    ...(await checkFolder(view, weights, 'invalid', 'the weights are in it')),
    ...(await checkFolder(view, optimizer, 'degraded', 'training resumes with a cold optimizer')),
  ],
};

async function checkFolder(
  view: CheckpointView,
  folder: string,
  severity: CheckpointFinding['severity'],
  says: string,
): Promise<Findings> {
  const inside = within(view, () => folder);
  return inside.files.size === 0 ? missing(view, [folder], severity, says) : checkDcp(inside);
}
