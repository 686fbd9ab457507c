import type { IncomingHttpHeaders } from 'node:http';
import { AwsError } from './responses.ts';

/** The request line and headers of one S3 request. */
export interface S3Request {
  readonly method: string;
  /** `/bucket/key`, decoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
}

/** Sub-resources that the inner server mishandles: it would overwrite the object or return wrong data. */
const unsupported = [
  'tagging',
  'versioning',
  'retention',
  'legal-hold',
  'attributes',
  'acl',
  'policy',
  'lifecycle',
];

/** Maps requests to operations; the first matching row wins. `sub` is a required query parameter. */
const table: readonly {
  readonly operation: string;
  readonly method: string;
  readonly key?: boolean;
  readonly sub?: string;
  readonly copies?: boolean;
}[] = [
  { operation: 'GetObjectLockConfiguration', method: 'GET', sub: 'object-lock' },
  { operation: 'ListMultipartUploads', method: 'GET', sub: 'uploads' },
  { operation: 'GetObject', method: 'GET', key: true },
  { operation: 'ListObjectsV2', method: 'GET' },
  { operation: 'HeadObject', method: 'HEAD', key: true },
  { operation: 'HeadBucket', method: 'HEAD' },
  { operation: 'CreateMultipartUpload', method: 'POST', sub: 'uploads' },
  { operation: 'CompleteMultipartUpload', method: 'POST', sub: 'uploadId' },
  { operation: 'DeleteObjects', method: 'POST', sub: 'delete' },
  { operation: 'PostObject', method: 'POST' },
  { operation: 'DeleteObject', method: 'DELETE' },
  { operation: 'UploadPartCopy', method: 'PUT', sub: 'partNumber', copies: true },
  { operation: 'UploadPart', method: 'PUT', sub: 'partNumber' },
  { operation: 'CopyObject', method: 'PUT', key: true, copies: true },
  { operation: 'PutObject', method: 'PUT', key: true },
  { operation: 'CreateBucket', method: 'PUT' },
];

export function operationOf({ method, path, query, headers }: S3Request): string {
  const isKey = path.split('/').filter(Boolean).length > 1;
  const isCopy = headers['x-amz-copy-source'] !== undefined;
  const row = table.find(
    ({ method: rowMethod, key, sub, copies }) =>
      rowMethod === method &&
      (key !== true || isKey) &&
      (sub === undefined || query.has(sub)) &&
      (copies !== true || isCopy),
  );
  return row?.operation ?? 'Unknown';
}

export function refuseUnsupported({ query, method }: S3Request): void {
  if (query.has('object-lock')) throw method === 'GET' ? notLocked() : notImplemented('object-lock');
  const found = unsupported.find((name) => query.has(name));
  if (found !== undefined) throw notImplemented(found);
}

function notImplemented(name: string): AwsError {
  return new AwsError('NotImplemented', `The sandbox does not implement the sub-resource ?${name}`, 501);
}

/** No bucket of the sandbox has Object Lock: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectLockConfiguration.html */
function notLocked(): AwsError {
  return new AwsError(
    'ObjectLockConfigurationNotFoundError',
    'Object Lock configuration does not exist for this bucket',
    404,
  );
}

/** The current ETag of an object, or undefined if the object does not exist. */
export type EtagOf = (path: string) => Promise<string | undefined>;

const failed = (): AwsError =>
  new AwsError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', 412);
const writing: ReadonlySet<string> = new Set(['PutObject', 'CompleteMultipartUpload', 'CopyObject']);

/** Checks the conditional headers, which the inner server ignores: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-requests.html */
export async function requireConditions(
  { headers, path }: S3Request,
  operation: string,
  etagOf: EtagOf,
): Promise<void> {
  if (writing.has(operation) && headers['if-none-match'] === '*' && (await etagOf(path)) !== undefined)
    throw failed();
  const wanted = headers['if-match'];
  if (wanted !== undefined && (operation === 'PutObject' || operation === 'GetObject'))
    await requireEtag(await etagOf(path), wanted);
  await requireSource(headers, etagOf);
}

async function requireEtag(present: string | undefined, wanted: string): Promise<void> {
  if (present === undefined) throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404);
  if (unquoted(present) !== unquoted(wanted)) throw failed();
}

async function requireSource(headers: IncomingHttpHeaders, etagOf: EtagOf): Promise<void> {
  const wanted = headers['x-amz-copy-source-if-match'];
  const source = headers['x-amz-copy-source'];
  if (typeof wanted !== 'string' || typeof source !== 'string') return;
  const present = await etagOf(`/${decodeURIComponent(source).replace(/^\//, '')}`);
  if (present === undefined || unquoted(present) !== unquoted(wanted)) throw failed();
}

function unquoted(etag: string): string {
  return etag.replaceAll('"', '');
}
