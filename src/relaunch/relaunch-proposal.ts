import { nameOf } from '../checkpoints/folders.ts';
import { count, counted, minutes, sizeInWords } from '../in-words.ts';
import { stillOpen, withTryTags } from '../ports/calls.ts';
import type { AttemptKey, CloneChanges, CloneDraft, StagedCopy } from '../ports/ports.ts';
import type { Difference } from '../ports/step-output.ts';
import type { Origin, Relaunch } from './relaunch-terms.ts';
import { difference } from './request-difference.ts';
import type { SavedBatch } from './saved-batch.ts';

export function tagsFor({ job, origin, tags: own }: Relaunch): CloneChanges['tags'] {
  if (origin.from === 'scratch') return { ...own, [tags.recovers]: job, [tags.checkpoint]: 'none' };
  const { uri } = origin.checkpoint;
  return {
    ...own,
    [tags.recovers]: job,
    [tags.checkpoint]: nameOf(uri),
    ...(fitsInTag.test(uri) && { [tags.source]: uri }),
  };
}

/** Tags of a launched job that name what it was made from. */
export const tags = {
  recovers: 'relight:recovers',
  checkpoint: 'relight:checkpoint',
  /** The checkpoint that was copied for the new job. */
  source: 'relight:source',
  /** Names of the packages that recoveries have pinned, separated by spaces. */
  pinned: 'relight:pinned',
} as const;

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_Tag.html */
const fitsInTag = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,256}$/u;

/** The copy made before the launch, and why the folder is not used in place. */
export interface ExplainedCopy extends StagedCopy {
  readonly why: string;
}

export const whyCopied = {
  blocked: 'in the old folder the trainer would load a newer checkpoint than this one',
  oldBatch: 'trainer_state.json is written without the old batch, which the trainer would restore',
  otherJob: 'the old folder belongs to another job, which may still write there',
} as const;

/** Placeholders for the two values that are unknown until the request is frozen and approved. */
export const toBeFrozen = { hash: 'the SHA-256 of this request', approvers: [stillOpen] };

/**
 * Every field that differs from the failed job, with the reason for those that Relight changed. The new side includes the
 * tags that the launch adds, so that a tag it sets again does not appear as removed.
 */
export function explained(
  { source, request }: CloneDraft,
  relaunch: Relaunch,
  copy: ExplainedCopy | undefined,
  { id, incident }: AttemptKey,
): Difference[] {
  return difference(source, withTryTags(request, { id, incident, ...toBeFrozen })).map((one) => {
    const why = reasonFor(one.field, relaunch) ?? whyOf(one, relaunch, copy);
    return {
      ...one,
      ...(why !== undefined && { why }),
      ...(isTyped(one.field, relaunch) && { by: 'person' as const }),
    };
  });
}

function reasonFor(field: string, { reasons = {} }: Relaunch): string | undefined {
  const found = Object.keys(reasons).find((key) => covers(key, field));
  return found === undefined ? undefined : reasons[found];
}

function isTyped(field: string, { typed = [] }: Relaunch): boolean {
  return typed.some((key) => covers(key, field));
}

/** A key that ends with `.` matches every field below it. */
function covers(key: string, field: string): boolean {
  return key.endsWith('.') ? field.startsWith(key) : field === key;
}

function whyOf(
  { field, after }: Difference,
  { origin }: Relaunch,
  copy: ExplainedCopy | undefined,
): string | undefined {
  if (field === 'TrainingJobName') return 'SageMaker requires a new name; its suffix identifies this attempt';
  if (field.startsWith('Tags.relight:'))
    return after === undefined ? 'belongs to an earlier recovery' : 'set by Relight';
  if (field !== 'CheckpointConfig.S3Uri') return undefined;
  if (origin.from === 'scratch')
    return 'an empty folder: in the old one, the trainer would resume from the old checkpoints';
  if (copy === undefined) return undefined;
  const size = `${counted(copy.files, 'file')}, ${sizeInWords(copy.bytes)}`;
  return `a copy of ${nameOf(origin.checkpoint.uri)} alone (${size}): ${copy.why}`;
}

export function warningsFor({ origin, rpoMinutes }: Relaunch, lost: readonly string[]): string[] {
  return [...warningsOf(origin, rpoMinutes), ...lost.map((what) => `Not copied: ${what}`)];
}

function warningsOf(origin: Origin, rpoMinutes: number): string[] {
  if (origin.from === 'scratch') return [`It starts from scratch: ${origin.why}`];
  const { uri, grade, ageMinutes, proposed } = origin.checkpoint;
  return [
    ...(proposed === undefined
      ? []
      : [`A person chose ${nameOf(uri)} instead of the proposed ${nameOf(proposed.uri)}`]),
    ...(grade === 'degraded'
      ? [`${nameOf(uri)} is degraded: the weights are good, but part of the trainer’s state is missing`]
      : []),
    ...(ageMinutes > rpoMinutes
      ? [`${minutes(ageMinutes)} of training are lost, over the RPO of ${minutes(rpoMinutes)}`]
      : []),
  ];
}

export function headlineFor(name: string, machines: string, origin: Origin): string {
  const from = origin.from === 'checkpoint' ? `step ${count(origin.checkpoint.step)}` : 'the beginning';
  return `Launch ${name} on ${machines}, from ${from}`;
}

/** What can and what cannot be undone about a launch. `copied`: the new job does not write to the old folder. */
export function undoOf({ job, origin, stopsFirst }: Relaunch, copied: boolean): string {
  const stop = stopsFirst === true ? `Stopping ${job} cannot be undone. ` : '';
  const old =
    copied || origin.from === 'scratch'
      ? 'The old checkpoints stay as they are.'
      : 'It writes to the same checkpoint folder, where the trainer may delete older checkpoints.';
  return `${stop}The new job can be stopped at any time; what it has cost by then is spent. ${old}`;
}

export function batchWarning(saved: SavedBatch | undefined): string[] {
  if (saved === undefined) return [];
  return [
    `The checkpoint stores a batch of ${saved.size}, which the Trainer would restore: the copy has a trainer_state.json without it`,
  ];
}
