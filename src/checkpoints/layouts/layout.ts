import { z } from 'zod';
import type { CheckpointFinding } from '../checkpoint-finding.ts';
import type { CheckpointView, Listing } from '../checkpoint-view.ts';
import type { FinishSign } from '../grading/unfinished.ts';
import type { Tracker } from './tracker.ts';

/** Who wrote a checkpoint, as its files tell. */
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
  'unknown',
]);
export type LayoutName = z.infer<typeof LayoutName>;

/** How one trainer lays out a checkpoint: what makes it complete, what is checked, what it can do without. */
export interface Layout extends FinishSign {
  readonly name: LayoutName;
  /** For people, behind “written by” or alone. */
  readonly words: string;
  /** Whether these are its files; a checkpoint that was never finished must still be known by what is there. */
  readonly detect: (listing: Listing) => boolean;
  /** The file beside the folder by which the trainer finds it; a copy elsewhere needs its own. */
  readonly tracker?: Tracker;
  /** `invalid`: the trainer fails on it; `degraded`: it resumes without something; nothing: a full resume. */
  readonly check: (view: CheckpointView) => Promise<CheckpointFinding[]>;
}

export function hasAny({ files }: Listing, pattern: RegExp): boolean {
  return [...files.keys()].some((name) => pattern.test(name));
}
