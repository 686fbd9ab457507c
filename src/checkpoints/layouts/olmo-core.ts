import type { Findings } from '../checkpoint-finding.ts';
import { type CheckpointView, within } from '../checkpoint-view.ts';
import { checkFile, eachFile, findingsOf } from '../formats/check-file.ts';
import { checkWholeJson } from '../formats/small-files.ts';
import { checkTorchZip } from '../formats/torch-zip.ts';
import { checkDcp } from './dcp.ts';
import { hasAny, type Layout } from './layout.ts';
import { goneSince, missing } from './shards.ts';

const [weights, metadata, firstRank] = ['model_and_optim/', '.metadata.json', 'train/rank0.pt'];

/**
 * OLMo-core: `step1300/` with a distributed checkpoint and a state file per rank. It passes over a folder without all
 * three: https://github.com/allenai/OLMo-core/blob/main/src/olmo_core/train/checkpoint.py (dir_is_checkpoint)
 */
export const olmoCore: Layout = {
  name: 'olmo-core',
  words: 'OLMo-core',
  detect: (listing) => hasAny(listing, /^model_and_optim\//),
  marker: metadata,
  check: async (view) => [
    ...missing(
      view,
      [metadata, firstRank].filter((name) => !view.files.has(name)),
      'invalid',
      'the trainer passes over a folder without it',
    ),
    ...(await checkDcp(
      within(view, () => weights),
      true,
    )),
    ...(await checkRanks(view)),
    ...(await checkMetadata(view)),
  ],
};

/** A rank without its own file loads that of rank 0. */
async function checkRanks(view: CheckpointView): Promise<Findings> {
  const isRank = (name: string): boolean => /^train\/rank\d+\.pt$/.test(name);
  const ranks = [...view.files].filter(([name]) => isRank(name)).map(([, file]) => file);
  const gone = goneSince(view, (name) => isRank(name) && name !== firstRank);
  return [
    ...missing(view, gone, 'degraded', 'the rank continues with the state of rank 0'),
    ...(await eachFile(ranks, (file) => checkFile(view, file, checkTorchZip, 'state'))),
  ];
}

async function checkMetadata(view: CheckpointView): Promise<Findings> {
  const file = view.files.get(metadata);
  return file === undefined ? [] : findingsOf(view, file, await checkWholeJson(view.open(file)));
}
