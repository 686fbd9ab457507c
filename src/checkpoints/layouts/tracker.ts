import { quote } from '../../in-words.ts';
import type { StoredFile } from '../../ports/ports.ts';
import type { CheckpointFinding, Findings } from '../checkpoint-finding.ts';
import type { CheckpointView, Siblings } from '../checkpoint-view.ts';
import { stepIn } from '../folders.ts';
import { commonDamage } from '../formats/check.ts';
import type { RangedFile } from '../formats/ranged-file.ts';

/** A small text file that tells the trainer which folder to resume from. The trainer looks at no other folder. */
export interface Tracker {
  readonly name: string;
  /** The folder that the text names, relative to the checkpoint being checked, `own`. */
  readonly folder: (text: string, own: string) => string | undefined;
}

/** https://github.com/deepspeedai/DeepSpeed/blob/master/deepspeed/runtime/engine.py (save_checkpoint) */
export const latest: Tracker = {
  name: 'latest',
  folder: (text) => (/^[\w.=-]{1,200}$/.test(text) ? text : undefined),
};

/** https://github.com/volcengine/verl/blob/main/verl/utils/checkpoint/checkpoint_manager.py (find_latest_ckpt_path) */
export const latestIteration: Tracker = {
  name: 'latest_checkpointed_iteration.txt',
  folder: (text, own) =>
    /^\d{1,15}$/.test(text) ? own.replace(/(?<!\d)\d+$/, String(Number(text))) : undefined,
};

/** https://github.com/NVIDIA/Megatron-LM/blob/main/megatron/training/checkpointing.py (read_metadata) */
export const megatronIteration: Tracker = {
  name: latestIteration.name,
  folder: (text) => {
    if (text === 'release') return text;
    return /^\d{1,15}$/.test(text) ? `iter_${text.replace(/^0+(?=\d)/, '').padStart(7, '0')}` : undefined;
  },
};

/** Trackers contain a folder name or a number. */
const maxBytes = 1024;

/** Compares the tracker with the folders that exist. */
async function checkTracker(view: CheckpointView, siblings: Siblings, tracker: Tracker): Promise<Findings> {
  const file = (await siblings.files()).get(tracker.name);
  const finding = (severity: CheckpointFinding['severity'], says: string): Findings => [
    { file: tracker.name, severity, says },
  ];
  if (file === undefined)
    return finding('degraded', 'is missing: without it the trainer does not find a checkpoint automatically');
  const { text = '', damage } = await textOf(file, siblings.open(file));
  if (damage !== undefined) return finding('degraded', damage);
  const named = tracker.folder(text, siblings.own);
  if (named === undefined) return finding('degraded', `does not name a checkpoint: “${quote(text, 80)}”`);
  if (named === siblings.own) return [];
  if (!(await siblings.holds(named)))
    return finding('degraded', `names ${named}, which does not exist: the trainer cannot resume`);
  // A name without a step counts as an older one: the trainer goes there instead of here.
  return (stepIn(named) ?? -1) > view.step
    ? []
    : finding('degraded', `names ${named}, not ${siblings.own}: the trainer resumes from the one it names`);
}

/** Whether the tracker points the trainer to this checkpoint. It is written after everything else. */
export async function isNamed(siblings: Siblings | undefined, tracker: Tracker): Promise<boolean> {
  const file = (await siblings?.files())?.get(tracker.name);
  if (siblings === undefined || file === undefined) return false;
  const { text = '' } = await textOf(file, siblings.open(file));
  return tracker.folder(text, siblings.own) === siblings.own;
}

export async function textOf(
  file: StoredFile,
  opened: RangedFile,
): Promise<{ readonly text?: string; readonly damage?: string }> {
  if (file.size > maxBytes) return { damage: 'is too long to name a checkpoint' };
  const bytes = (await opened.whole()) ?? new Uint8Array();
  const damage = commonDamage(file.size, bytes);
  return damage === undefined ? { text: new TextDecoder().decode(bytes).trim() } : { damage };
}

/** Appends findings about the tracker next to the folder to the findings about the files. */
export async function tracked(
  view: CheckpointView,
  siblings: Siblings | undefined,
  tracker: Tracker,
  found: readonly CheckpointFinding[],
): Promise<Findings> {
  if (siblings === undefined) return [...found];
  const isBroken = found.some(({ severity }) => severity === 'invalid');
  const namesBroken: Findings =
    isBroken && (await isNamed(siblings, tracker))
      ? [
          {
            file: tracker.name,
            severity: 'note',
            says: `names this checkpoint, so the trainer would fail on it`,
          },
        ]
      : [];
  return [...found, ...namesBroken, ...(await checkTracker(view, siblings, tracker))];
}
