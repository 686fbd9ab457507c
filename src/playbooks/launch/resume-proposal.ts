import { nameOf } from '../checkpoints/folders.ts';
import { difference } from '../difference.ts';
import { count, counted, minutes, sizeInWords } from '../in-words.ts';
import type { Difference } from '../outcome.ts';
import type { CloneChanges, CloneDraft, StagedCopy, S3Uri as Uri } from '../ports.ts';
import type { Staging } from './staging.ts';

export interface Resume {
  readonly job: string;
  readonly checkpoint: {
    readonly uri: Uri;
    readonly step: number;
    readonly grade: 'valid' | 'degraded';
    readonly ageMinutes: number;
  };
  readonly rpoMinutes: number;
}

export function changesFor(
  { job, checkpoint }: Resume,
  name: string,
  staging: Staging | undefined,
): CloneChanges {
  return {
    name,
    ...(staging !== undefined && { checkpointUri: staging.root }),
    tags: {
      'relight:recovers': job,
      'relight:checkpoint': nameOf(checkpoint.uri),
    },
  };
}

/** Every field that differs from the failed job, with the reason for those that Relight changed. */
export function explained(
  { source, request }: CloneDraft,
  resume: Resume,
  copy: StagedCopy | undefined,
): Difference[] {
  return difference(source, request).map((one) => {
    const why = whyOf(one, resume, copy);
    return why === undefined ? one : { ...one, why };
  });
}

function whyOf(
  { field, after }: Difference,
  { checkpoint }: Resume,
  copy: StagedCopy | undefined,
): string | undefined {
  if (field === 'TrainingJobName')
    return 'SageMaker wants a new name; the end of it belongs to this try alone';
  if (field.startsWith('Tags.relight:'))
    return after === undefined ? 'belongs to an earlier recovery' : 'says what the job recovers';
  if (field !== 'CheckpointConfig.S3Uri' || copy === undefined) return undefined;
  const size = `${counted(copy.files, 'file')}, ${sizeInWords(copy.bytes)}`;
  return `a copy of ${nameOf(checkpoint.uri)} alone (${size}): in the old folder the trainer would take a newer one that was struck out`;
}

export function warningsFor({ checkpoint, rpoMinutes }: Resume, lost: readonly string[]): string[] {
  const { grade, ageMinutes } = checkpoint;
  return [
    ...(grade === 'degraded'
      ? [
          `${nameOf(checkpoint.uri)} is degraded: the weights are good, but part of the trainer’s state is missing`,
        ]
      : []),
    ...(ageMinutes > rpoMinutes
      ? [`${minutes(ageMinutes)} of training are lost, over the RPO of ${minutes(rpoMinutes)}`]
      : []),
    ...lost.map((what) => `Not taken over: ${what}`),
  ];
}

export function headlineFor(name: string, machines: string, { checkpoint }: Resume): string {
  return `Launch ${name} on ${machines}, from step ${count(checkpoint.step)}`;
}
