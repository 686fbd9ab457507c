import { OpsError } from '../../errors.ts';
import type { S3Uri } from '../../ports/ports.ts';
import { isWithin, whyUnclear } from '../../ports/s3/address.ts';

/** Limits of one S3 client, whatever the code asks it for. */
export interface S3Fence {
  /** The bucket of the audit vault. Only the client of the vault has no fence. */
  readonly records?: string | undefined;
  /** The only folders to write to; absent for a person's own shell. */
  readonly writes?: readonly S3Uri[] | undefined;
}

/** The parameters of S3's operations that name a place: https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations.html */
interface Named {
  readonly Bucket?: string;
  readonly Key?: string;
  readonly CopySource?: string;
}

type Send = <Input extends object, Output>(
  next: (args: { readonly input: Input }) => Promise<Output>,
  context: { readonly commandName?: string },
) => (args: { readonly input: Input }) => Promise<Output>;

interface Client {
  readonly middlewareStack: {
    add(
      send: Send,
      options: { readonly step: 'initialize'; readonly name: string; readonly priority: 'high' },
    ): void;
  };
}

const reading = /^(?:Get|Head|List)/;

/**
 * Checks each command before it is sent: `own-records` for the bucket of the vault, `s3-not-allowed` for a write outside the
 * folders that Relight writes to, and for an access point, which may lead to any bucket.
 */
export function fenced<C extends Client>(client: C, fence: S3Fence): C {
  const check: Send =
    (next, { commandName = '' }) =>
    async (args) => {
      // Every command of S3 has these parameters in the same form.
      requireInside(args.input as Named, !reading.test(commandName), fence);
      return next(args);
    };
  client.middlewareStack.add(check, { step: 'initialize', name: 'relightFence', priority: 'high' });
  return client;
}

function requireInside({ Bucket = '', Key = '', CopySource }: Named, isWrite: boolean, fence: S3Fence): void {
  const uri = `s3://${Bucket}/${Key}`;
  requireBucket(uri, fence);
  if (CopySource !== undefined) requireBucket(`s3://${decodeURIComponent(CopySource)}`, fence);
  const { writes } = fence;
  if (!isWrite || writes === undefined || writes.some((folder) => isWithin(uri, folder))) return;
  throw new OpsError('s3-not-allowed', `${uri} (to be written) is not under s3.recovery or s3.fixed_data`);
}

/** Keys are taken literally here: only the name of the bucket decides where the call goes. */
function requireBucket(uri: string, { records }: S3Fence): void {
  const [, bucket = ''] = /^s3:\/\/([^/]*)/.exec(uri) ?? [];
  if (bucket === records) throw new OpsError('own-records', uri);
  const why = whyUnclear(`s3://${bucket}/`);
  if (why !== undefined) throw new OpsError('s3-not-allowed', `${uri} ${why}`);
}
