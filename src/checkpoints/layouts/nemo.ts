import type { Findings } from '../checkpoint-finding.ts';
import { type CheckpointView, within } from '../checkpoint-view.ts';
import { checkFile, findingsOf } from '../formats/check-file.ts';
import { checkWholeJson } from '../formats/small-files.ts';
import { checkTorchZip } from '../formats/torch-zip.ts';
import { checkDcp } from './dcp.ts';
import { hasAny, type Layout } from './layout.ts';
import { goneSince, missing } from './shards.ts';

const weights = 'weights/';

/**
 * NeMo 2: `weights/`, a Megatron distributed checkpoint with `common.pt` and `metadata.json`, and `context/`. NeMo
 * 1 keeps the same files directly in the folder. While NeMo saves, an empty `<name>-unfinished` is next to the
 * folder. https://github.com/NVIDIA/NeMo/blob/main/nemo/utils/callbacks/nemo_model_checkpoint.py
 */
export const nemo: Layout = {
  name: 'nemo',
  words: 'NeMo (Megatron distributed checkpoint)',
  detect: (listing) =>
    hasAny(listing, /^(?:weights\/)?(?:common\.pt|metadata\.json)$|^weights\/__\d+_\d+\.distcp$/),
  finished: async (view) =>
    hasAny(view, /^(?:weights\/)?\.metadata$/) && (await unfinishedMarker(view)).length === 0,
  check: async (view) => {
    const folder = hasAny(view, /^weights\//) ? weights : '';
    return [
      ...(await unfinishedMarker(view)),
      ...(await checkMegatronFiles(within(view, () => folder))),
      ...missing(
        view,
        goneSince(view, (name) => name.startsWith('context/')),
        'degraded',
        'it is not needed to resume, but to use the model later',
      ),
    ];
  },
};

async function unfinishedMarker({ siblings: [siblings] }: CheckpointView): Promise<Findings> {
  const file = `${siblings?.own}-unfinished`;
  const files = await siblings?.files();
  return files?.has(file) === true
    ? [{ file, severity: 'invalid', says: 'exists: NeMo never finished saving' }]
    : [];
}

/** A checkpoint of Megatron's library, in any parent folder. */
export async function checkMegatronFiles(view: CheckpointView): Promise<Findings> {
  const common = view.files.get('common.pt');
  const metadata = view.files.get('metadata.json');
  const lost = [...(common ? [] : ['common.pt']), ...(metadata ? [] : ['metadata.json'])];
  return [
    ...missing(view, lost, 'invalid', 'Megatron cannot load without it'),
    ...(common ? await checkFile(view, common, checkTorchZip, 'state') : []),
    ...(metadata ? findingsOf(view, metadata, await checkWholeJson(view.open(metadata))) : []),
    ...(await checkDcp(view, true)),
  ];
}
