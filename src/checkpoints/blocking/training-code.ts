import { S3Uri } from '../../ports/basics.ts';
import { sha256 } from '../../ports/canonical.ts';
import type { Checkpoints, TrainingJob } from '../../ports/ports.ts';
import { nameOf, parentOf } from '../folders.ts';

/** The image and the script of a job. A checkpoint that failed under one may load under another. */
export interface TrainingCode {
  readonly image?: string;
  /** Address of the script's archive or folder. */
  readonly source?: S3Uri;
  /** The archive's ETag, which S3 changes with its content. */
  readonly version?: string;
}

type Job = Pick<TrainingJob, 'image' | 'hyperParameters' | 'environment' | 'inputs'>;

export async function codeOf(job: Job, checkpoints: Checkpoints): Promise<TrainingCode> {
  const source = sourceOf(job);
  const version = source && (await versionOf(source, checkpoints));
  return {
    ...(job.image !== undefined && { image: job.image }),
    ...(source !== undefined && { source }),
    ...(version !== undefined && { version }),
  };
}

/** What a block is compared by. */
export function fingerprintOf(code: TrainingCode): string {
  return sha256(code);
}

/** The SageMaker SDK passes the archive as a hyperparameter, and newer versions as a channel named code. */
function sourceOf({ hyperParameters, environment, inputs }: Job): S3Uri | undefined {
  const given = [
    hyperParameters['sagemaker_submit_directory']?.replace(/^"|"$/g, ''),
    environment['SAGEMAKER_SUBMIT_DIRECTORY'],
    inputs.find(({ name }) => name === 'code')?.uri,
  ];
  return given.map((uri) => S3Uri.safeParse(uri).data).find((uri) => uri !== undefined);
}

async function versionOf(source: S3Uri, checkpoints: Checkpoints): Promise<string | undefined> {
  const parent = parentOf(source);
  if (parent === undefined || source.endsWith('/')) return undefined;
  return (await checkpoints.filesBeside(parent)).find(({ name }) => name === nameOf(source))?.etag;
}
