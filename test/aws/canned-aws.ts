import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { vi } from 'vitest';
import { type Clients, createClients } from '../../src/aws/clients.ts';

/** The parts of a request that a response can depend on. */
export interface CannedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly operation: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface CannedResponse {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A server with canned AWS responses, for those that the stand-in region never returns. */
export interface CannedAws {
  readonly clients: Clients;
  readonly requests: readonly CannedRequest[];
  readonly close: () => Promise<void>;
}

export async function startCannedAws(
  respond: (request: CannedRequest, nth: number) => CannedResponse,
): Promise<CannedAws> {
  const requests: CannedRequest[] = [];
  const server = createServer((request, response) => {
    void readAll(request).then((body) => {
      requests.push(toCannedRequest(request, body));
      const one = requests.at(-1);
      const {
        status = 200,
        headers = {},
        body: text = '',
      } = one === undefined ? {} : respond(one, requests.length);
      response.writeHead(status, headers).end(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A listening TCP server has an address with a port.
  const { port } = server.address() as AddressInfo;
  vi.stubEnv('AWS_REGION', 'us-east-1');
  vi.stubEnv('AWS_ENDPOINT_URL', `http://127.0.0.1:${port}`);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  const clients = createClients({ pathStyle: true, answerMs: 5_000 });
  return {
    clients,
    requests,
    close: async () => {
      clients.close();
      vi.unstubAllEnvs();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function toCannedRequest(request: IncomingMessage, body: string): CannedRequest {
  const url = new URL(request.url ?? '/', 'http://aws');
  const target = request.headers['x-amz-target'];
  return {
    method: request.method ?? 'GET',
    path: decodeURIComponent(url.pathname),
    query: url.searchParams,
    operation: typeof target === 'string' ? target.split('.')[1] : undefined,
    headers: request.headers,
    body,
  };
}

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString();
}

export function xml(body: string): CannedResponse {
  return { headers: { 'content-type': 'application/xml' }, body: `<?xml version="1.0"?>${body}` };
}
