import type { CheckpointFinding, Findings } from '../../checkpoint-finding.ts';
import { type CheckpointView, type Listing, within } from '../../checkpoint-view.ts';
import { checkFile } from '../../formats/check-file.ts';
import { checkTorchZip } from '../../formats/torch-zip.ts';
import { checkDcp } from '../dcp.ts';
import { hasAny, type Layout } from '../layout.ts';
import { missing } from '../shards.ts';
import { checkHfCheckpoint, marker, ownOfTrainer } from './hf-trainer.ts';

const [weights, optimizer] = ['pytorch_model_fsdp_0/', 'optimizer_0/'];
const cold = 'training resumes with a cold optimizer';

/** FULL_STATE_DICT: https://github.com/huggingface/accelerate/blob/main/src/accelerate/utils/fsdp_utils.py */
const [fullWeights, fullOptimizer] = ['pytorch_model_fsdp.bin', 'optimizer.bin'];

/** The Trainer with FSDP: weights and optimizer are distributed checkpoints (sharded), or one file each (full). */
export const hfFsdp: Layout = {
  name: 'hf-fsdp',
  words: 'Hugging Face Trainer or TRL with FSDP',
  detect: (listing) =>
    isSharded(listing) ||
    listing.files.has(fullWeights) ||
    (listing.files.has(fullOptimizer) && hasAny(listing, ownOfTrainer)),
  marker,
  check: async (view) => [
    ...(await checkHfCheckpoint(view, { weights: true, states: ['optimizer.pt'] })),
    ...(await (isSharded(view) ? checkSharded(view) : checkFull(view))),
  ],
};

function isSharded(listing: Listing): boolean {
  return hasAny(listing, /^(?:pytorch_model_fsdp|optimizer)_0\//);
}

async function checkSharded(view: CheckpointView): Promise<Findings> {
  return [
    ...(await checkFolder(view, weights, 'invalid', 'the weights are in it')),
    ...(await checkFolder(view, optimizer, 'degraded', cold)),
  ];
}

async function checkFull(view: CheckpointView): Promise<Findings> {
  const model = view.files.get(fullWeights);
  const state = view.files.get(fullOptimizer);
  return [
    ...(model === undefined
      ? missing(view, [fullWeights], 'invalid', 'FSDP loads the weights from it and from no other file')
      : await checkFile(view, model, checkTorchZip, 'weights')),
    ...(state === undefined
      ? missing(view, [fullOptimizer], 'degraded', cold)
      : await checkFile(view, state, checkTorchZip, 'state')),
  ];
}

async function checkFolder(
  view: CheckpointView,
  folder: string,
  severity: CheckpointFinding['severity'],
  says: string,
): Promise<Findings> {
  const inside = within(view, () => folder);
  return inside.files.size === 0 ? missing(view, [folder], severity, says) : checkDcp(inside);
}
