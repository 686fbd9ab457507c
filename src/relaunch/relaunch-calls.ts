import { asFolder } from '../checkpoints/folders.ts';
import { counted } from '../in-words.ts';
import type { CheckpointBasis } from '../ports/basis.ts';
import { type AwsCall, launchCall, type TryFacts } from '../ports/calls.ts';
import type { JsonObject, S3Uri } from '../ports/ports.ts';
import type { Proposal } from '../ports/step-output.ts';

/** The AWS calls of a relaunch: the copy of the checkpoint, unless it is used in place, and the launch. */
export function relaunchCalls(
  { request, reliesOn = [] }: Pick<Proposal, 'request' | 'reliesOn'>,
  facts: TryFacts,
): readonly AwsCall[] {
  const root = rootOf(request);
  const copied = reliesOn.flatMap((basis) =>
    basis.kind !== 'checkpoint' || root === undefined || basis.uri.startsWith(root) ? [] : [basis],
  );
  return [
    ...copied.flatMap((basis) => copyCalls(basis, asFolder(root ?? basis.uri))),
    launchCall(request, facts),
  ];
}

function rootOf({ CheckpointConfig: config }: JsonObject): S3Uri | undefined {
  // The request is JSON; the value is checked before use.
  const uri = (config as { readonly S3Uri?: unknown } | undefined)?.S3Uri;
  return typeof uri === 'string' ? asFolder(uri as S3Uri) : undefined;
}

/** One pattern per kind of call; the names, sizes and ETags of the files are listed in the basis, which people read too. */
function copyCalls({ uri, also = [], files }: CheckpointBasis, root: S3Uri): readonly AwsCall[] {
  const [bucket, key] = placeOf(root);
  const from = also.length === 0 ? placeOf(uri).join('/') : `${placeOf(uri)[0]}/`;
  return [
    {
      operation: 'CopyObject',
      input: { CopySource: `${from}…`, CopySourceIfMatch: '…', Bucket: bucket, Key: `${key}…` },
      repeats: `before the launch, once for each of the ${counted(files.length, 'file')} of the checkpoint, except those that are put instead, and only while it has the ETag listed below; a file over 1 GiB uses CreateMultipartUpload, UploadPartCopy and CompleteMultipartUpload`,
    },
    {
      operation: 'PutObject',
      input: { Bucket: bucket, Key: `${key}…`, IfNoneMatch: '*' },
      repeats:
        'only for a file that must differ from the checkpoint’s, such as the saved batch size, and for the tracker file that names the checkpoint; not at all if neither is needed',
    },
  ];
}

function placeOf(uri: S3Uri): readonly [string, string] {
  const [, bucket = '', key = ''] = /^s3:\/\/([^/]+)\/(.*)$/s.exec(uri) ?? [];
  return [bucket, key];
}
