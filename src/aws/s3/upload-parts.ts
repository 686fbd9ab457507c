import {
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { OpsError } from '../../errors.ts';
import { callAws } from '../aws-errors.ts';

export interface Target {
  readonly Bucket: string;
  readonly Key: string;
}

/** A part of 64 MiB takes a while on its way to S3. */
export const uploadPatience: { readonly requestTimeout: number } = { requestTimeout: 120_000 };

/**
 * False where something stands there already. A failed upload leaves its parts behind, as Relight may delete nothing;
 * the bucket's lifecycle clears them away.
 */
export async function putInParts(
  client: S3Client,
  target: Target,
  first: readonly Uint8Array[],
  rest: AsyncIterable<Uint8Array>,
): Promise<boolean> {
  const { UploadId } = await callAws(`CreateMultipartUpload ${target.Key}`, () =>
    client.send(new CreateMultipartUploadCommand(target)),
  );
  const parts: CompletedPart[] = [];
  const send = async (body: Uint8Array): Promise<void> => {
    const PartNumber = parts.length + 1;
    const { ETag } = await callAws(`UploadPart ${target.Key}`, () =>
      client.send(new UploadPartCommand({ ...target, UploadId, PartNumber, Body: body }), uploadPatience),
    );
    parts.push({ PartNumber, ETag });
  };
  for (const body of first) await send(body);
  for await (const body of rest) await send(body);
  return callAws(`CompleteMultipartUpload ${target.Key}`, async () => {
    try {
      const input = { ...target, UploadId, MultipartUpload: { Parts: parts }, IfNoneMatch: '*' };
      await client.send(new CompleteMultipartUploadCommand(input), uploadPatience);
      return true;
    } catch (thrown) {
      return refusalOf(thrown, target);
    }
  });
}

/** What S3 says to a conditional write that it does not carry out; also to a second try after a lost answer. */
export function refusalOf(thrown: unknown, { Key }: Target): false {
  const { name } = thrown instanceof Error ? thrown : { name: '' };
  if (name === 'PreconditionFailed' || name === 'NoSuchUpload') return false;
  // Two writers at the same moment: who comes again finds what the other one wrote.
  if (name === 'ConditionalRequestConflict')
    throw new OpsError('aws-unavailable', `${Key} was written by another at the same time`, {
      cause: thrown,
    });
  throw thrown;
}
