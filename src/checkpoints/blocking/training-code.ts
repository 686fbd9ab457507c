import { OpsError } from '../../errors.ts';
import { S3Uri } from '../../ports/basics.ts';
import { sha256 } from '../../ports/canonical.ts';
import type { Checkpoints, Ports, TrainingJob } from '../../ports/ports.ts';
import { digestIn, pinnedTo } from '../../training-job/image-names.ts';
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
type CodePorts = Pick<Ports, 'checkpoints' | 'images'>;

export async function codeOf(job: Job, { checkpoints, images }: CodePorts): Promise<TrainingCode> {
  const source = sourceOf(job);
  const version = source && (await versionOf(source, checkpoints));
  return {
    ...(job.image !== undefined && { image: await imageNow(job.image, images) }),
    ...(source !== undefined && { source }),
    ...(version !== undefined && { version }),
  };
}

/** By its digest where it can be read: a job names its image by a tag, and its copy names the same image by the digest. */
async function imageNow(image: string, images: Ports['images']): Promise<string> {
  const named = digestIn(image);
  if (named !== undefined) return pinnedTo(image, named);
  try {
    const digest = await images.digestOf(image);
    return digest === undefined ? image : pinnedTo(image, digest);
  } catch (thrown) {
    const unreadable = thrown instanceof OpsError && ['aws-denied', 'aws-refused'].includes(thrown.code);
    if (!unreadable) throw thrown;
    return image;
  }
}

/** The blocked ones among these, each with the reason, for the code of this job. */
export async function blockedFor(
  job: Job,
  checkpoints: readonly S3Uri[],
  ports: CodePorts & Pick<Ports, 'blocklist'>,
): Promise<ReadonlyMap<S3Uri, string>> {
  const code = await codeOf(job, ports);
  const blocked = await ports.blocklist.among(checkpoints, fingerprintOf(code));
  if (job.image === undefined || code.image === job.image) return blocked;
  // Blocks of earlier versions have the tag of the image.
  const earlier = await ports.blocklist.among(checkpoints, fingerprintOf({ ...code, image: job.image }));
  return new Map([...earlier, ...blocked]);
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
