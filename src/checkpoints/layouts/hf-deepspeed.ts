import { quote } from '../../in-words.ts';
import type { Finding } from '../checkpoint-finding.ts';
import { type Listing, type Look, within } from '../checkpoint-view.ts';
import { checkDeepSpeed } from './deepspeed.ts';
import { checkHfCheckpoint, marker } from './hf-trainer.ts';
import { hasAny, type Layout } from './layout.ts';
import { missing } from './shards.ts';
import { latest, textOf } from './tracker.ts';

const nested = /^global_step\d+\//;

/** The Trainer with DeepSpeed: `latest` and `global_step<N>/` stand inside `checkpoint-<N>/`, and hold weights and optimizer. */
export const hfDeepspeed: Layout = {
  name: 'hf-deepspeed',
  words: 'Hugging Face Trainer or TRL with DeepSpeed ZeRO',
  detect: (listing) => hasAny(listing, /^global_step\d+\/.*_states\.pt$/),
  marker,
  check: async (look) => [
    ...(await checkHfCheckpoint(look, { weights: true, states: ['optimizer.pt', 'scheduler.pt'] })),
    ...(await checkLatest(look)),
    ...(await checkInside(look)),
  ],
};

async function checkInside(look: Look): Promise<Finding[]> {
  return folderIn(look) === undefined
    ? missing(look, [`global_step${look.step}/`], 'invalid', 'the weights and the optimizer of DeepSpeed')
    : checkDeepSpeed(within(look, folderIn));
}

/** Of several, which only a restart in the same folder leaves, the highest. */
function folderIn({ files }: Listing): string | undefined {
  const folders = [...files.keys()].flatMap((name) => nested.exec(name)?.[0] ?? []);
  return folders.toSorted((a, b) => Number(b.replace(/\D/g, '')) - Number(a.replace(/\D/g, ''))).at(0);
}

/** https://github.com/huggingface/transformers/blob/main/src/transformers/integrations/deepspeed.py: it fails without. */
async function checkLatest(look: Look): Promise<Finding[]> {
  const file = look.files.get(latest.name);
  if (file === undefined) return missing(look, [latest.name], 'invalid', 'the trainer fails without it');
  const { text = '', damage } = await textOf(file, look.open(file));
  const isThere = [...look.files.keys()].some((name) => name.startsWith(`${text}/`));
  if (damage === undefined && isThere) return [];
  const says = damage ?? `names “${quote(text, 80)}”, which is not there`;
  return [{ file: file.name, severity: 'invalid', says }];
}
