import type { CheckpointView, Listing } from '../checkpoint-view.ts';
import { dcp } from './dcp.ts';
import { deepspeed } from './deepspeed.ts';
import { accelerate } from './hugging-face/accelerate.ts';
import { hfDeepspeed } from './hugging-face/hf-deepspeed.ts';
import { hfFsdp } from './hugging-face/hf-fsdp.ts';
import { hfTrainer } from './hugging-face/hf-trainer.ts';
import { peft } from './hugging-face/peft.ts';
import type { Layout, LayoutName } from './layout.ts';
import { lightning } from './lightning.ts';
import { megatron } from './megatron.ts';
import { nemo } from './nemo.ts';
import { olmoCore } from './olmo-core.ts';
import { openrlhf } from './openrlhf.ts';
import { unknown } from './unknown.ts';
import { verl } from './verl.ts';

/** The first match wins, so layouts that contain another layout come first. */
const layouts = [
  lightning,
  openrlhf,
  verl,
  accelerate,
  hfDeepspeed,
  hfFsdp,
  hfTrainer,
  olmoCore,
  megatron,
  nemo,
  dcp,
  deepspeed,
] as const;
const all: readonly Layout[] = [...layouts, peft, unknown];

/**
 * Detects the layout of one checkpoint. A damaged one is assigned the layout of the job's earlier checkpoints:
 * without the files that identify its layout, it would pass as a simpler layout that does not need them.
 */
export function layoutOf(view: Pick<CheckpointView, 'earlier'> & Listing): Layout {
  const own = known(view);
  const before = view.earlier.flatMap((listing) => known(listing) ?? []);
  if (isBareAdapter(view)) return peft;
  if (own === hfTrainer) return before.find((layout) => layout === hfDeepspeed || layout === hfFsdp) ?? own;
  return own ?? before.at(0) ?? (peft.detect(view) ? peft : unknown);
}

export function layoutWords(name: LayoutName): string {
  return all.find((layout) => layout.name === name)?.words ?? unknown.words;
}

/** The file next to the folder by which the trainer finds the checkpoint. */
export function trackerOf(name: LayoutName): string | undefined {
  return all.find((layout) => layout.name === name)?.tracker?.name;
}

function known(listing: Listing): Layout | undefined {
  return layouts.find((layout) => layout.detect(listing));
}

/** A bare adapter in `checkpoint-<N>/` means that the Trainer died saving, unless the job always saves only that. */
function isBareAdapter(view: Pick<CheckpointView, 'earlier'> & Listing): boolean {
  return view.earlier.length > 0 && [view, ...view.earlier].every((listing) => peft.detect(listing));
}
