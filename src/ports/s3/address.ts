import type { S3Uri } from '../basics.ts';

/** An S3 address in parts. The key of a folder ends with `/`; it is empty for a whole bucket. */
interface Address {
  readonly bucket: string;
  readonly key: string;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const bucketName = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/**
 * The aliases of access points and of Object Lambda access points look like buckets and lead to another one.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-naming.html#access-points-alias
 */
const alias = /(?:-s3alias|--ol-s3|\.mrap)$/;

const shape = /^s3:\/\/([^/]*)(?:\/(.*))?$/s;

/**
 * Why an address cannot be judged by its prefix; undefined if it can. S3 takes keys literally, but file systems, URL parsers
 * and tools between a job and S3 resolve `..`.
 *
 * @example whyUnclear('s3://bucket/a/../b/') // 'contains the folder name ..'
 */
export function whyUnclear(uri: string): string | undefined {
  const found = shape.exec(uri);
  if (found === null) return 'is not an address that begins with s3://';
  const [, bucket = '', key = ''] = found;
  if (!bucketName.test(bucket)) return 'does not name a bucket: access points and ARNs are not accepted';
  const dots = key.split('/').find((part) => /^\.{1,2}$/.test(part));
  if (dots !== undefined) return `contains the folder name ${dots}`;
  return /\p{Cc}/u.test(key) ? 'contains a control character' : undefined;
}

/** Whether this bucket is the alias of an access point, which can lead to any bucket. */
export function isAlias(bucket: string): boolean {
  return alias.test(bucket);
}

/** Undefined for an address that `whyUnclear` refuses. */
export function addressOf(uri: string): Address | undefined {
  if (whyUnclear(uri) !== undefined) return undefined;
  const [, bucket = '', key = ''] = shape.exec(uri) ?? [];
  return { bucket, key };
}

/** The bucket as a place that contains everything in it; undefined for an alias and for what is no address. */
export function wholeBucket(uri: string): S3Uri | undefined {
  const bucket = addressOf(uri)?.bucket;
  return bucket === undefined || isAlias(bucket) ? undefined : `s3://${bucket}/`;
}

/**
 * Whether everything that the address names lies in this folder. SageMaker and ListObjectsV2 match prefixes, so
 * `s3://bucket/pre` also names `s3://bucket/pre2/`: it is not within `s3://bucket/pre/`. Repeated slashes are compared as
 * written and as one, because some tools merge them; both must lie inside.
 */
export function isWithin(uri: string, folder: string): boolean {
  const [inner, outer] = [addressOf(uri), addressOf(folder)];
  if (inner === undefined || outer === undefined || inner.bucket !== outer.bucket) return false;
  const below = withSlash(outer.key);
  return inner.key.startsWith(below) && merged(inner.key).startsWith(merged(below));
}

/** Whether one of two folders contains the other, or both are the same. */
export function overlap(one: string, other: string): boolean {
  const [left, right] = [addressOf(one), addressOf(other)];
  // What cannot be judged is treated as if it could be anywhere in its bucket.
  if (left === undefined || right === undefined) return bucketIn(one) === bucketIn(other);
  if (left.bucket !== right.bucket) return false;
  const [a, b] = [merged(withSlash(left.key)), merged(withSlash(right.key))];
  return a.startsWith(b) || b.startsWith(a);
}

function bucketIn(uri: string): string | undefined {
  return shape.exec(uri)?.[1];
}

function withSlash(key: string): string {
  return key === '' || key.endsWith('/') ? key : `${key}/`;
}

function merged(key: string): string {
  return key.replace(/^\/+/, '').replace(/\/{2,}/g, '/');
}

/** Whether a text, such as a hyperparameter, an ARN or a URL, refers to this bucket. */
export function refersTo(text: string, bucket: string): boolean {
  const name = bucket.replaceAll('.', '\\.');
  const end = '(?![a-z0-9.-])';
  const forms = [
    `s3[an]?://${name}${end}`,
    `:s3:::${name}${end}`,
    `//${name}\\.s3[.-]`,
    `//s3[.-][a-z0-9.-]*amazonaws\\.com(?:\\.cn)?/${name}${end}`,
  ];
  return new RegExp(forms.join('|'), 'i').test(text);
}
