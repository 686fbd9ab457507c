import type { IncomingHttpHeaders } from 'node:http';
import { AwsError } from './answers.ts';

/** What one S3 request is, read from its line and headers. */
export interface S3Request {
  readonly method: string;
  /** `/bucket/key`, decoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
}

/** Sub-resources that the server behind gets wrong: it would overwrite the object or answer with nonsense. */
const unsupported = [
  'tagging',
  'versioning',
  'object-lock',
  'retention',
  'legal-hold',
  'attributes',
  'acl',
  'policy',
  'lifecycle',
];

export function operationOf({ method, path, query, headers }: S3Request): string {
  const isKey = path.split('/').filter(Boolean).length > 1;
  if (method === 'GET')
    return query.has('uploads') ? 'ListMultipartUploads' : isKey ? 'GetObject' : 'ListObjectsV2';
  if (method === 'HEAD') return isKey ? 'HeadObject' : 'HeadBucket';
  if (method === 'POST')
    return query.has('uploads')
      ? 'CreateMultipartUpload'
      : query.has('uploadId')
        ? 'CompleteMultipartUpload'
        : query.has('delete')
          ? 'DeleteObjects'
          : 'PostObject';
  if (method === 'DELETE') return 'DeleteObject';
  if (!isKey) return 'CreateBucket';
  const copies = headers['x-amz-copy-source'] !== undefined;
  if (query.has('partNumber')) return copies ? 'UploadPartCopy' : 'UploadPart';
  return copies ? 'CopyObject' : 'PutObject';
}

export function refuseUnsupported({ query }: S3Request): void {
  const found = unsupported.find((name) => query.has(name));
  if (found !== undefined)
    throw new AwsError('NotImplemented', `The sandbox does not implement the sub-resource ?${found}`, 501);
}

/** The etag of an object now, undefined where there is none. */
export type EtagOf = (path: string) => Promise<string | undefined>;

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-requests.html: the server behind ignores these headers on writes. */
export async function requireConditions(
  { headers, path }: S3Request,
  operation: string,
  etagOf: EtagOf,
): Promise<void> {
  const failed = (): AwsError =>
    new AwsError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', 412);
  const writes = ['PutObject', 'CompleteMultipartUpload', 'CopyObject'].includes(operation);
  if (writes && headers['if-none-match'] === '*' && (await etagOf(path)) !== undefined) throw failed();
  const wanted = headers['if-match'];
  if (wanted !== undefined && ['PutObject', 'GetObject'].includes(operation)) {
    const present = await etagOf(path);
    if (present === undefined) throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404);
    if (bare(present) !== bare(wanted)) throw failed();
  }
  const sourceEtag = headers['x-amz-copy-source-if-match'];
  const source = headers['x-amz-copy-source'];
  if (typeof sourceEtag === 'string' && typeof source === 'string') {
    const present = await etagOf(`/${decodeURIComponent(source).replace(/^\//, '')}`);
    if (present === undefined || bare(present) !== bare(sourceEtag)) throw failed();
  }
}

function bare(etag: string): string {
  return etag.replaceAll('"', '');
}
