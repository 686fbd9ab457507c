import type { IncomingHttpHeaders } from 'node:http';
import { buildApp } from 'fauxqs';
import { region } from './arn.ts';
import { ObjectLists } from './object-lists.ts';
import { type HttpResponse, passedOn } from './responses.ts';

export interface InnerRequest {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  /** The path and the query. */
  readonly url: string;
  readonly headers?: IncomingHttpHeaders;
  readonly body?: Buffer | string;
}

/** S3, SQS and SNS of the region. Requests reach them in this process: sockets cost a fifth of what the stand-ins need. */
export interface Inner {
  readonly send: (request: InnerRequest) => Promise<HttpResponse>;
  /** Whether S3 has an object at a decoded path, such as `/bucket/key`. */
  readonly has: (path: string) => boolean;
  readonly close: () => Promise<void>;
}

/** Queue URLs contain it; nothing listens there. */
const host = 'inner';

export function createInner(): Inner {
  const app = buildApp({ logger: false, host, defaultRegion: region });
  const inject = async ({ method, url, headers = {}, body }: InnerRequest): Promise<HttpResponse> => {
    const length = body !== undefined && { 'content-length': Buffer.byteLength(body) };
    const answer = await app.inject({
      method,
      url,
      headers: { ...headers, host, ...length },
      ...(body !== undefined && { payload: body }),
    });
    return { status: answer.statusCode, headers: passedOn(answer.headers), body: answer.rawPayload };
  };
  const lists = new ObjectLists(async (path) => inject({ method: 'HEAD', url: pathOf(path) }));
  return {
    send: async (request) => {
      const listed = await lists.answer(request);
      if (listed !== undefined) return listed;
      const answer = await inject(request);
      lists.note(request, answer);
      return answer;
    },
    has: (path) => lists.has(path),
    close: async () => app.close(),
  };
}

/** A decoded path, such as `/bucket/key`, as it stands in a URL. */
export function pathOf(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}

/** Sends a request that must succeed. */
export async function mustSend(inner: Inner, request: InnerRequest): Promise<string> {
  const { status, body } = await inner.send(request);
  if (status >= 300) throw new Error(`${request.method} ${request.url}: ${status} ${body.toString()}`);
  return body.toString();
}
