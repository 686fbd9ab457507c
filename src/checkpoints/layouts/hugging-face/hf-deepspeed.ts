import { quote } from '../../../in-words.ts';
import type { CheckpointFinding, Findings } from '../../checkpoint-finding.ts';
import { type CheckpointView, type Listing, within } from '../../checkpoint-view.ts';
import { checkDeepSpeed } from '../deepspeed.ts';
import { hasAny, type Layout } from '../layout.ts';
import { missing } from '../shards.ts';
import { latest, textOf } from '../tracker.ts';
import { checkHfCheckpoint, marker } from './hf-trainer.ts';

const keptElsewhere = { weights: true, configs: true, states: ['optimizer.pt', 'scheduler.pt'] } as const;
const nested = /^global_step\d+\//;

/** The Trainer with DeepSpeed: `checkpoint-<N>/` contains `latest` and `global_step<N>/` with weights and optimizer. */
export const hfDeepspeed: Layout = {
  name: 'hf-deepspeed',
  words: 'Hugging Face Trainer or TRL with DeepSpeed ZeRO',
  detect: (listing) => hasAny(listing, /^global_step\d+\/.*_states\.pt$/),
  marker,
  check: async (view) => [
    ...(await checkHfCheckpoint(view, keptElsewhere)).map(withSchedule),
    ...(await checkLatest(view)),
    ...(await checkInside(view)),
  ],
};

/** Unless DeepSpeed has the schedule in its configuration, the Trainer loads it without a fallback. */
function withSchedule(finding: CheckpointFinding): CheckpointFinding {
  if (finding.file !== 'scheduler.pt' || finding.severity !== 'degraded') return finding;
  return {
    ...finding,
    severity: 'invalid',
    says: 'is missing: earlier checkpoints have it, and the Trainer fails without it',
  };
}

async function checkInside(view: CheckpointView): Promise<Findings> {
  return folderIn(view) === undefined
    ? missing(
        view,
        [`global_step${view.step}/`],
        'invalid',
        'it contains the weights and the optimizer of DeepSpeed',
      )
    : checkDeepSpeed(within(view, folderIn));
}

/** The highest step; several exist only if the job was restarted in the same folder. */
function folderIn({ files }: Listing): string | undefined {
  const folders = [...files.keys()].flatMap((name) => nested.exec(name)?.[0] ?? []);
  return folders.toSorted((a, b) => Number(b.replace(/\D/g, '')) - Number(a.replace(/\D/g, ''))).at(0);
}

/** Required: https://github.com/huggingface/transformers/blob/main/src/transformers/integrations/deepspeed.py */
async function checkLatest(view: CheckpointView): Promise<Findings> {
  const file = view.files.get(latest.name);
  if (file === undefined) return missing(view, [latest.name], 'invalid', 'the trainer fails without it');
  const { text = '', damage } = await textOf(file, view.open(file));
  const isThere = [...view.files.keys()].some((name) => name.startsWith(`${text}/`));
  if (damage === undefined && isThere) return folderIn(view) === `${text}/` ? [] : [older(file.name, text)];
  const says = damage ?? `names “${quote(text, 80)}”, which does not exist`;
  return [{ file: file.name, severity: 'invalid', says }];
}

function older(file: string, text: string): CheckpointFinding {
  const says = `names ${quote(text, 80)}, which is not the newest: weights and step would not belong together`;
  return { file, severity: 'invalid', says };
}
