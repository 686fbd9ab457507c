import { type Agent, request } from 'node:http';
import type { RawRequest } from './request-changes.ts';

export interface Refused {
  readonly status: number;
  readonly ms: number;
}

/** Not `fetch`, which joins headers that are given twice. A connection that is closed before the answer counts as status 0. */
export function sendRaw(origin: string, agent: Agent, raw: RawRequest): Promise<Refused> {
  const { method = 'POST', path = '/slack/events', headers, body } = raw;
  const start = performance.now();
  return new Promise((resolve) => {
    const done = (status: number): void => resolve({ status, ms: performance.now() - start });
    const asking = request(
      `${origin}${path}`,
      { method, agent, headers: { ...headers, 'content-length': body.length } },
      (response) => {
        response.resume();
        response.on('end', () => done(response.statusCode ?? 0));
        response.on('error', () => done(0));
      },
    );
    asking.on('error', () => done(0));
    asking.end(body);
  });
}
