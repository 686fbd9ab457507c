import type { InnerRequest } from './inner.ts';
import { escaped, type HttpResponse, unescaped } from './responses.ts';
import { type Page, SortedKeys } from './sorted-keys.ts';

/** What a list says of an object. Another write makes it another one. */
interface Listed {
  /** In ms. */
  readonly writtenAt: number;
  /** Known once somebody has listed it: not every response to a write says it. */
  content?: { readonly etag: string; readonly size: number };
}

class Objects {
  readonly keys = new SortedKeys();
  readonly listed = new Map<string, Listed>();

  write(key: string): void {
    this.keys.add(key);
    this.listed.set(key, { writtenAt: Date.now() });
  }

  remove(key: string): void {
    this.keys.remove(key);
    this.listed.delete(key);
  }
}

/**
 * ListObjectsV2, from the requests that pass to the inner server. The inner server goes through all objects of a bucket for
 * each list, and sorts them in the order of a language instead of that of S3.
 */
export class ObjectLists {
  private readonly buckets = new Map<string, Objects>();
  private readonly head: (path: string) => Promise<HttpResponse>;

  /** `head`: HeadObject of the inner server, by a decoded path. */
  constructor(head: (path: string) => Promise<HttpResponse>) {
    this.head = head;
  }

  /** Whether there is an object at a decoded path, such as `/bucket/key`. */
  has(path: string): boolean {
    const { bucket, key } = placeOf(path);
    return this.buckets.get(bucket)?.listed.has(key) === true;
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
    const listed = objects.listed.get(key);
    // Somebody may have deleted it meanwhile.
    if (listed === undefined) return '';
    if (listed.content === undefined) {
      const { status, headers } = await this.head(`/${bucket}/${key}`);
      if (status !== 200) return '';
      listed.content = { etag: String(headers['etag']), size: Number(headers['content-length']) };
    }
    const { etag, size } = listed.content;
    const written = new Date(listed.writtenAt).toISOString();
    return `<Contents><Key>${escaped(key)}</Key><Size>${size}</Size><ETag>${escaped(etag)}</ETag><LastModified>${written}</LastModified><StorageClass>STANDARD</StorageClass></Contents>`;
  }
}

interface Place {
  readonly bucket: string;
  /** Empty for the bucket itself. */
  readonly key: string;
}

interface Parts extends Place {
  readonly query: URLSearchParams;
}

function partsOf(url: string): Parts {
  const { pathname, searchParams: query } = new URL(url, 'http://inner');
  return { ...placeOf(decodeURIComponent(pathname)), query };
}

function placeOf(path: string): Place {
  const [, bucket = '', key = ''] = /^\/([^/]*)\/?(.*)$/s.exec(path) ?? [];
  return { bucket, key };
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
