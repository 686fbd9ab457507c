import { z } from 'zod';
import type { Findings } from '../checkpoint-finding.ts';
import type { CheckpointView, Listing } from '../checkpoint-view.ts';
import type { FinishSign } from '../grading/unfinished.ts';
import type { Tracker } from './tracker.ts';

/** The trainer that wrote a checkpoint, judging by its files. */
export const LayoutName = z.enum([
  'hf-trainer',
  'hf-deepspeed',
  'hf-fsdp',
  'peft',
  'deepspeed',
  'dcp',
  'verl',
  'openrlhf',
  'nemo',
  'megatron',
  'accelerate',
  'lightning',
  'olmo-core',
  'unknown',
]);
export type LayoutName = z.infer<typeof LayoutName>;

/** How one trainer lays out a checkpoint: which files complete it, how they are checked, and which are optional. */
export interface Layout extends FinishSign {
  readonly name: LayoutName;
  /** Name for people, alone or after “written by”. */
  readonly words: string;
  /** Whether these files belong to this layout. Must also recognize a checkpoint that was never finished. */
  readonly detect: (listing: Listing) => boolean;
  /** The file next to the folder by which the trainer finds the checkpoint. A copy in another place needs its own. */
  readonly tracker?: Tracker;
  /** Returns `invalid` findings if the trainer fails, `degraded` ones if it resumes without something. */
  readonly check: (view: CheckpointView) => Promise<Findings>;
}

export function hasAny({ files }: Listing, pattern: RegExp): boolean {
  return [...files.keys()].some((name) => pattern.test(name));
}
