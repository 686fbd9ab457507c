import type { Findings } from '../../checkpoint-finding.ts';
import type { CheckpointView } from '../../checkpoint-view.ts';
import { findingsOf } from '../../formats/check-file.ts';
import { checkWholeJson } from '../../formats/small-files.ts';
import { hasAny, type Layout } from '../layout.ts';
import { missing } from '../shards.ts';
import { checkWeights } from './hf-weights.ts';

const config = 'adapter_config.json';
const trainerFile =
  /^(?:trainer_state\.json|optimizer\.(?:pt|bin)|scheduler\.pt|rng_state.*\.pth|training_args\.bin)$/;

/** A bare adapter, as written by save_pretrained: https://huggingface.co/docs/peft/developer_guides/checkpoint */
export const peft: Layout = {
  name: 'peft',
  words: 'PEFT adapter',
  detect: (listing) =>
    hasAny(listing, /^adapter_(?:config\.json|model\.(?:safetensors|bin))$/) && !hasAny(listing, trainerFile),
  check: async (view) => [
    ...(await checkConfig(view)),
    ...(await checkWeights(view)),
    ...missing(
      view,
      ['optimizer.pt'],
      'degraded',
      'an adapter alone resumes with a cold optimizer and at step 0',
    ),
  ],
};

async function checkConfig(view: CheckpointView): Promise<Findings> {
  const file = view.files.get(config);
  return file === undefined
    ? missing(view, [config], 'invalid', 'PEFT cannot load the adapter without it')
    : findingsOf(view, file, await checkWholeJson(view.open(file)));
}
