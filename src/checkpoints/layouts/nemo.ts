import type { Finding } from '../checkpoint-finding.ts';
import { type Look, within } from '../checkpoint-view.ts';
import { checkFile, findingsOf } from '../formats/check-file.ts';
import { checkWholeJson } from '../formats/small-files.ts';
import { checkTorchZip } from '../formats/torch-zip.ts';
import { checkDcp } from './dcp.ts';
import { hasAny, type Layout } from './layout.ts';
import { goneSince, missing } from './shards.ts';

const weights = 'weights/';

/**
 * NeMo 2: `weights/`, a Megatron distributed checkpoint with `common.pt` and `metadata.json`, and `context/`. NeMo 1 keeps
 * the same files right in the folder. While it saves, an empty `<name>-unfinished` stands beside the folder.
 * https://github.com/NVIDIA/NeMo/blob/main/nemo/utils/callbacks/nemo_model_checkpoint.py
 */
export const nemo: Layout = {
  name: 'nemo',
  words: 'NeMo (Megatron distributed checkpoint)',
  detect: (listing) =>
    hasAny(listing, /^(?:weights\/)?(?:common\.pt|metadata\.json)$|^weights\/__\d+_\d+\.distcp$/),
  finished: async (look) =>
    hasAny(look, /^(?:weights\/)?\.metadata$/) && (await unfinishedMarker(look)).length === 0,
  check: async (look) => {
    const folder = hasAny(look, /^weights\//) ? weights : '';
    return [
      ...(await unfinishedMarker(look)),
      ...(await checkMegatron(within(look, () => folder))),
      ...missing(
        look,
        goneSince(look, (name) => name.startsWith('context/')),
        'degraded',
        'a resume does not read it, whoever uses the model later does',
      ),
    ];
  },
};

async function unfinishedMarker({ beside: [beside] }: Look): Promise<Finding[]> {
  const file = `${beside?.own}-unfinished`;
  const files = await beside?.files();
  return files?.has(file) === true
    ? [{ file, severity: 'invalid', says: 'stands beside it: NeMo never finished saving' }]
    : [];
}

async function checkMegatron(look: Look): Promise<Finding[]> {
  const common = look.files.get('common.pt');
  const metadata = look.files.get('metadata.json');
  const lost = [...(common ? [] : ['common.pt']), ...(metadata ? [] : ['metadata.json'])];
  return [
    ...missing(look, lost, 'invalid', 'Megatron cannot load without it'),
    ...(common ? await checkFile(look, common, checkTorchZip, 'state') : []),
    ...(metadata ? findingsOf(look, metadata, await checkWholeJson(look.open(metadata))) : []),
    ...(await checkDcp(look, true)),
  ];
}
