import type { Findings } from '../checkpoint-finding.ts';
import type { CheckpointView, Listing } from '../checkpoint-view.ts';
import { isFile } from '../folders.ts';
import { checkFile } from '../formats/check-file.ts';
import { pickleIn } from '../formats/torch-number.ts';
import { checkTorchZip } from '../formats/torch-zip.ts';
import type { Layout } from './layout.ts';

/** Lightning: one `.ckpt` file with model, optimizers and loops. */
export const lightning: Layout = {
  name: 'lightning',
  words: 'Lightning (one file)',
  detect: (listing) => isFile(listing.uri) && fileIn(listing) !== undefined,
  check: async (view) => {
    const file = fileIn(view);
    if (file === undefined) return [];
    const findings = await checkFile(view, file, checkTorchZip, 'state');
    const isRead = findings.every(({ severity }) => severity !== 'invalid');
    return isRead ? [...findings, ...(await checkKeys(view, file.name))] : findings;
  },
};

function fileIn({ files }: Listing): ReturnType<CheckpointView['files']['get']> {
  return [...files.values()].find(({ name }) => name.endsWith('.ckpt'));
}

/** https://github.com/Lightning-AI/pytorch-lightning/blob/master/src/lightning/pytorch/trainer/connectors/checkpoint_connector.py */
const needed = {
  state_dict: 'it contains no model',
  optimizer_states:
    'it contains only the model (save_weights_only), and Lightning refuses to resume training from it',
};

/** A key is written as text in the pickle; a pickle that is too long to read is taken as it is. */
async function checkKeys(view: CheckpointView, name: string): Promise<Findings> {
  const file = view.files.get(name);
  const pickle = file === undefined ? Buffer.alloc(0) : await pickleIn(view.open(file));
  if (pickle.length === 0)
    return [{ file: name, severity: 'degraded', says: 'is too large to check what it contains' }];
  return Object.entries(needed)
    .filter(([key]) => !pickle.includes(key))
    .map(([key, why]) => ({ file: name, severity: 'invalid', says: `has no ${key}: ${why}` }));
}
