import type { InnerRequest } from './inner.ts';
import { escaped, type HttpResponse, unescaped } from './responses.ts';
import { type Page, SortedKeys } from './sorted-keys.ts';

/** What a list says of an object. */
interface Content {
  readonly etag: string;
  readonly size: number;
}

class Objects {
  readonly keys = new SortedKeys();
  /** In ms. */
  readonly writtenAt = new Map<string, number>();
  /** Of objects that somebody has listed: not every response to a write says it. */
  readonly contents = new Map<string, Content>();

  write(key: string): void {
    this.keys.add(key);
    this.writtenAt.set(key, Date.now());
    this.contents.delete(key);
  }

  remove(key: string): void {
    this.keys.remove(key);
    this.writtenAt.delete(key);
    this.contents.delete(key);
  }
}

/**
 * ListObjectsV2, from the requests that pass to the inner server. The inner server goes through all objects of a bucket for
 * each list, and sorts them in the order of a language instead of that of S3.
 */
export class ObjectLists {
  private readonly buckets = new Map<string, Objects>();
  private readonly send: (request: InnerRequest) => Promise<HttpResponse>;

  constructor(send: (request: InnerRequest) => Promise<HttpResponse>) {
    this.send = send;
  }

  /** Whether the path of a URL, such as `/bucket/key`, is that of an object. */
  has(path: string): boolean {
    const { bucket, key } = partsOf(path);
    return this.buckets.get(bucket)?.keys.has(key) === true;
  }

  /** Takes what a request has changed. */
  note(request: InnerRequest, { status }: HttpResponse): void {
    const parts = partsOf(request.url);
    const { bucket, key, query } = parts;
    if (status >= 300 || query.has('partNumber')) return;
    const objects = this.buckets.get(bucket);
    if (objects !== undefined) change(objects, request, parts);
    else if (request.method === 'PUT' && key === '') this.buckets.set(bucket, new Objects());
  }

  /** The response to a list of objects; undefined for every other request, and for a bucket that does not exist. */
  async answer({ method, url }: InnerRequest): Promise<HttpResponse | undefined> {
    if (method !== 'GET' || !url.includes('list-type=2')) return undefined;
    const { bucket, key, query } = partsOf(url);
    const objects = this.buckets.get(bucket);
    if (key !== '' || objects === undefined) return undefined;
    const page = objects.keys.page({
      prefix: query.get('prefix') ?? '',
      delimiter: query.get('delimiter') ?? '',
      after: afterIn(query),
      max: Number(query.get('max-keys') ?? 1_000),
    });
    const contents: string[] = [];
    for (const name of page.keys) contents.push(await this.element(bucket, objects, name));
    return responseOf(bucket, query, page, contents.join(''));
  }

  private async element(bucket: string, objects: Objects, key: string): Promise<string> {
    const writtenAt = objects.writtenAt.get(key);
    const content = objects.contents.get(key) ?? (await this.contentOf(bucket, key));
    // Somebody has deleted it meanwhile.
    if (content === undefined || writtenAt === undefined) return '';
    if (objects.writtenAt.get(key) === writtenAt) objects.contents.set(key, content);
    const written = new Date(writtenAt).toISOString();
    return `<Contents><Key>${escaped(key)}</Key><Size>${content.size}</Size><ETag>${escaped(content.etag)}</ETag><LastModified>${written}</LastModified><StorageClass>STANDARD</StorageClass></Contents>`;
  }

  private async contentOf(bucket: string, key: string): Promise<Content | undefined> {
    const url = ['', bucket, ...key.split('/')].map(encodeURIComponent).join('/');
    const { status, headers } = await this.send({ method: 'HEAD', url });
    if (status !== 200) return undefined;
    return { etag: String(headers['etag']), size: Number(headers['content-length']) };
  }
}

interface Parts {
  readonly bucket: string;
  /** Decoded; empty for the bucket itself. */
  readonly key: string;
  readonly query: URLSearchParams;
}

function partsOf(url: string): Parts {
  const { pathname, searchParams: query } = new URL(url, 'http://inner');
  const [, bucket = '', key = ''] = /^\/([^/]*)\/?(.*)$/s.exec(decodeURIComponent(pathname)) ?? [];
  return { bucket, key, query };
}

function change(objects: Objects, { method, body = '' }: InnerRequest, { key, query }: Parts): void {
  for (const gone of removedBy(method, { key, query, body })) objects.remove(gone);
  const isUpload = method === 'POST' && query.has('uploadId');
  if (key !== '' && (method === 'PUT' || isUpload)) objects.write(key);
}

/** DeleteObject, and DeleteObjects, whose body names the keys. The end of an upload deletes no object. */
function removedBy(
  method: InnerRequest['method'],
  { key, query, body }: Pick<Parts, 'key' | 'query'> & { readonly body: Buffer | string },
): readonly string[] {
  if (method === 'DELETE' && !query.has('uploadId')) return [key];
  if (method !== 'POST' || !query.has('delete')) return [];
  return [...body.toString().matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, gone = '']) => unescaped(gone));
}

function afterIn(query: URLSearchParams): string {
  const token = query.get('continuation-token');
  if (token !== null) return Buffer.from(token, 'base64').toString();
  const after = query.get('start-after') ?? '';
  return after === '' ? '' : `${after}\0`;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
function responseOf(bucket: string, query: URLSearchParams, page: Page, contents: string): HttpResponse {
  const { keys, groups, next } = page;
  const body = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">',
    `<Name>${bucket}</Name><Prefix>${escaped(query.get('prefix') ?? '')}</Prefix>`,
    `<KeyCount>${keys.length + groups.length}</KeyCount><IsTruncated>${next !== undefined}</IsTruncated>`,
    next === undefined
      ? ''
      : `<NextContinuationToken>${Buffer.from(next).toString('base64')}</NextContinuationToken>`,
    contents,
    ...groups.map((group) => `<CommonPrefixes><Prefix>${escaped(group)}</Prefix></CommonPrefixes>`),
    '</ListBucketResult>',
  ].join('');
  return { status: 200, headers: { 'content-type': 'application/xml' }, body: Buffer.from(body) };
}
