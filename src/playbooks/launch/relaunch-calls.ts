import { asFolder } from '../checkpoints/folders.ts';
import { counted } from '../in-words.ts';
import type { Proposal } from '../outcome.ts';
import type { CheckpointBasis } from '../ports/basis.ts';
import { type AwsCall, launchCall, type TryFacts } from '../ports/calls.ts';
import type { JsonObject, S3Uri } from '../ports.ts';

/** The calls of a relaunch: the copy of the checkpoint, where it is not used where it is, and the launch. */
export function relaunchCalls(
  { request, reliesOn = [] }: Pick<Proposal, 'request' | 'reliesOn'>,
  facts: TryFacts,
): readonly AwsCall[] {
  const root = rootOf(request);
  const copied = reliesOn.flatMap((basis) =>
    basis.kind !== 'checkpoint' || root === undefined || basis.uri.startsWith(root) ? [] : [basis],
  );
  return [...copied.map((basis) => copyCall(basis, asFolder(root ?? basis.uri))), launchCall(request, facts)];
}

function rootOf({ CheckpointConfig: config }: JsonObject): S3Uri | undefined {
  const uri = (config as { readonly S3Uri?: unknown } | undefined)?.S3Uri;
  return typeof uri === 'string' ? asFolder(uri as S3Uri) : undefined;
}

function copyCall({ uri, files }: CheckpointBasis, root: S3Uri): AwsCall {
  const [bucket, key] = placeOf(root);
  return {
    operation: 'CopyObject',
    input: { CopySource: `${placeOf(uri).join('/')}…`, Bucket: bucket, Key: `${key}…` },
    repeats: `once for each of ${counted(files.length, 'file')} of the checkpoint, before the launch; a large file goes by CreateMultipartUpload, UploadPartCopy and CompleteMultipartUpload, and a file that steers the trainer by PutObject`,
  };
}

function placeOf(uri: S3Uri): readonly [string, string] {
  const [, bucket = '', key = ''] = /^s3:\/\/([^/]+)\/(.*)$/s.exec(uri) ?? [];
  return [bucket, key];
}
