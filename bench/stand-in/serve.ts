import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { Bucket, Stored } from './bucket.ts';
import { type Page, pageOf } from './listing.ts';

/** Requests and bytes since the last reset. */
export interface Counts {
  readonly requests: Record<string, number>;
  /** Bytes of objects, excluding lists and headers. */
  bytes: number;
}

export interface Served {
  readonly buckets: ReadonlyMap<string, Bucket>;
  readonly modifiedAt: Date;
}

/**
 * The read operations of S3 on a loopback port: ListObjectsV2, ListMultipartUploads (always empty), HeadObject and
 * GetObject with ranges. `GET /_bench/counts` returns the counts. `POST /_bench/reset?ms=30` resets them and delays
 * every response by 30 ms.
 */
export function s3StandIn({ buckets, modifiedAt }: Served): Server {
  const counts: Counts = { requests: {}, bytes: 0 };
  let delayMs = 0;
  return createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://stand-in');
    if (url.pathname.startsWith('/_bench/')) {
      if (request.method === 'POST') {
        delayMs = Number(url.searchParams.get('ms'));
        Object.assign(counts, { requests: {}, bytes: 0 });
      }
      response.end(JSON.stringify(counts));
      return;
    }
    void wait(delayMs).then(() => answer(request, response, url));
  });

  function answer(request: IncomingMessage, response: ServerResponse, url: URL): void {
    const [, name = '', ...rest] = url.pathname.split('/');
    const bucket = buckets.get(name);
    const key = decodeURIComponent(rest.join('/'));
    const operation = operationOf(request, url, key);
    counts.requests[operation] = (counts.requests[operation] ?? 0) + 1;
    if (bucket === undefined) fail(response, 404, 'NoSuchBucket');
    else if (operation === 'ListMultipartUploads') xml(response, '<ListMultipartUploadsResult/>');
    else if (operation === 'ListObjectsV2') list(response, bucket, url.searchParams);
    else sendObject(request, response, bucket.get(key));
  }

  function list(response: ServerResponse, bucket: Bucket, query: URLSearchParams): void {
    const page = pageOf(bucket, {
      prefix: query.get('prefix') ?? '',
      delimiter: query.get('delimiter') ?? undefined,
      after: query.get('continuation-token') ?? undefined,
      maxKeys: Number(query.get('max-keys') ?? 1_000),
    });
    xml(response, listingXml(page, bucket, modifiedAt));
  }

  function sendObject(request: IncomingMessage, response: ServerResponse, object: Stored | undefined): void {
    if (object === undefined) {
      fail(response, 404, 'NoSuchKey');
      return;
    }
    const { start, length } = rangeOf(request.headers.range, object.size);
    response.writeHead(request.headers.range === undefined ? 200 : 206, {
      etag: etagOf(object),
      'last-modified': modifiedAt.toUTCString(),
      'content-length': length,
      'content-range': `bytes ${start}-${start + length - 1}/${object.size}`,
    });
    if (request.method === 'HEAD') {
      response.end();
      return;
    }
    counts.bytes += length;
    const body = object.read(start, length);
    if (body instanceof Uint8Array) response.end(body);
    // If the client closes the connection early, close the file too.
    else body.pipe(response).once('close', () => body.destroy());
  }
}

function operationOf({ method }: IncomingMessage, { searchParams }: URL, key: string): string {
  if (key !== '') return method === 'HEAD' ? 'HeadObject' : 'GetObject';
  return searchParams.has('uploads') ? 'ListMultipartUploads' : 'ListObjectsV2';
}

function rangeOf(header: string | undefined, size: number): { start: number; length: number } {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (first === '') return last === '' ? { start: 0, length: size } : lastBytes(Number(last), size);
  const end = last === '' ? size : Math.min(Number(last) + 1, size);
  return { start: Number(first), length: end - Number(first) };
}

function lastBytes(length: number, size: number): { start: number; length: number } {
  return { start: Math.max(0, size - length), length: Math.min(length, size) };
}

function etagOf({ size }: Stored): string {
  return `"${size.toString(16).padStart(32, '0')}"`;
}

/** The benchmark's keys have no characters that need XML escaping. */
function listingXml({ keys, folders, next }: Page, bucket: Bucket, modifiedAt: Date): string {
  const date = modifiedAt.toISOString();
  const contents = keys.map((key) => {
    const object = bucket.get(key) ?? { size: 0, read: () => new Uint8Array() };
    return `<Contents><Key>${key}</Key><LastModified>${date}</LastModified><ETag>${etagOf(object)}</ETag><Size>${object.size}</Size></Contents>`;
  });
  const prefixes = folders.map((folder) => `<CommonPrefixes><Prefix>${folder}</Prefix></CommonPrefixes>`);
  const more = next === undefined ? '' : `<NextContinuationToken>${next}</NextContinuationToken>`;
  return `<ListBucketResult><IsTruncated>${next !== undefined}</IsTruncated>${more}${contents.join('')}${prefixes.join('')}</ListBucketResult>`;
}

function xml(response: ServerResponse, body: string): void {
  response.writeHead(200, { 'content-type': 'application/xml' }).end(`<?xml version="1.0"?>${body}`);
}

function fail(response: ServerResponse, status: number, code: string): void {
  response
    .writeHead(status, { 'content-type': 'application/xml' })
    .end(`<Error><Code>${code}</Code></Error>`);
}
